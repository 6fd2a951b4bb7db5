/// The word among `words` that looks most like `word`; `nil` if none is near enough to be what was meant.
///
/// Near means: upper and lower case alike, and no more than a third of the letters wrong, missing, added or swapped.
public func nearestWord(to word: String, among words: [String]) -> String? {
    let wanted = Array(word.lowercased())
    // Words far longer than any of ours are not slips of the finger, and would cost their length squared.
    guard wanted.count <= 64 else { return nil }
    var best: (word: String, distance: Int)?
    for candidate in words {
        let letters = Array(candidate.lowercased())
        let limit = max(letters.count, wanted.count) / 3
        guard abs(letters.count - wanted.count) <= limit else { continue }
        let distance = editDistance(wanted, letters)
        if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word
}

/// Letters to change, add, drop or swap with their neighbour to make one word of the other (optimal string alignment).
private func editDistance(_ one: [Character], _ other: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...other.count)
    for row in 0..<one.count {
        var current = [row + 1]
        for column in 0..<other.count {
            var cost = min(last[column + 1] + 1, current[column] + 1)
            cost = min(cost, last[column] + (one[row] == other[column] ? 0 : 1))
            if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            current.append(cost)
        }
        beforeLast = last
        last = current
    }
    return last[other.count]
}
