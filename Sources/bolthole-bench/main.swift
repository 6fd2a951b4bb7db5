// Measures one thing, and prints its figures as `name value`; scripts/bench makes a table of them.
let arguments = CommandLine.arguments.dropFirst()

do {
    switch arguments.first {
    case "scheduler": Figures.scheduler(events: arguments.last.flatMap { UInt64($0) } ?? 1_000_000)
    case "year": try Figures.year()
    case "journal": try Figures.journal()
    case "scenarios": try Figures.scenarios()
    case "sizes": Figures.sizes()
    case "link": try Figures.link()
    case "phones": try Figures.phones()
    case "lookup": try Figures.lookUp(among: arguments.last.flatMap { Int($0) } ?? 1_000)
    default: Figures.misused()
    }
} catch {
    Figures.failed("\(error)")
}
