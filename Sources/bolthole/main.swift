import LockScenario
for path in CommandLine.arguments.dropFirst() {
    do { print(TimelineText().text(of: try Scenario(readingFrom: path).run())) } catch { print(error) }
}
