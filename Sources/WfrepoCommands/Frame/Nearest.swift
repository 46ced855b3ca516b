/// The word of `candidates` that `word` is most likely a mistyped form of, or nil where none is near.
///
/// Distance: optimal string alignment (insertions, deletions, substitutions, transpositions of neighbours), at most a
/// third of the word's length.
func nearestWord(to word: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, word.count / 3)
    return
        candidates
        .map { (candidate: $0, distance: editDistance(word.lowercased(), $0.lowercased())) }
        .filter { $0.distance <= limit }
        .min { $0.distance < $1.distance }?.candidate
}

private func editDistance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first.prefix(100)), Array(second.prefix(100)))
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
        var current = [i + 1]
        for j in b.indices {
            var best = min(last[j + 1] + 1, current[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
            current.append(best)
        }
        (beforeLast, last) = (last, current)
    }
    return last.last ?? 0
}
