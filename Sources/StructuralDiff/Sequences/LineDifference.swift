/// The lines that differ between two texts of several lines, with the equal lines around them.
enum LineDifference {
    /// A line of either text.
    enum Line: Hashable {
        case same(String)
        case removed(String)
        case added(String)
        /// So many equal lines that aren't shown.
        case skipped(Int)
    }

    /// The differing lines of `old` and `new`, with `context` equal lines around each.
    static func lines(_ old: String, _ new: String, context: Int = 1) -> [Line] {
        let (olds, news) = (split(old), split(new))
        var numbers: [String: Int] = [:]
        func number(_ line: String) -> Int {
            if let known = numbers[line] { return known }
            numbers[line] = numbers.count
            return numbers.count - 1
        }
        var all: [Line] = []
        var (oldStart, newStart) = (0, 0)
        for pair in CommonSubsequence.pairs(olds.map(number), news.map(number)) + [(olds.count, news.count)] {
            all += olds[oldStart..<pair.old].map(Line.removed) + news[newStart..<pair.new].map(Line.added)
            if pair.old < olds.count { all.append(.same(olds[pair.old])) }
            (oldStart, newStart) = (pair.old + 1, pair.new + 1)
        }
        return shorten(all, context: context)
    }

    private static func split(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Leaves out equal lines that are far from any difference.
    private static func shorten(_ lines: [Line], context: Int) -> [Line] {
        var isNear = [Bool](repeating: false, count: lines.count)
        for (index, line) in lines.enumerated() {
            if case .same = line { continue }
            for near in max(0, index - context)...min(lines.count - 1, index + context) { isNear[near] = true }
        }
        var result: [Line] = []
        for (index, line) in lines.enumerated() {
            if isNear[index] {
                result.append(line)
            } else if case .skipped(let count) = result.last {
                result[result.count - 1] = .skipped(count + 1)
            } else {
                result.append(.skipped(1))
            }
        }
        return result
    }
}
