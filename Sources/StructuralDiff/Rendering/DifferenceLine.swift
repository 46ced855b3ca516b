import DocumentTree

/// A line of a value that needs lines of its own: removed, added, or around what differs.
struct DifferenceLine: Hashable {
    /// `-`, `+`, or a blank.
    var mark: Character
    var text: String

    /// The lines of a change's values: of two texts those that differ with the lines around them, of anything else all.
    static func lines(of change: Change, maximumValueLines: Int = .max) -> [DifferenceLine] {
        if let old = change.old?.string, let new = change.new?.string {
            return LineDifference.lines(old, new).map { line in
                switch line {
                case .same(let text): DifferenceLine(mark: " ", text: text)
                case .removed(let text): DifferenceLine(mark: "-", text: text)
                case .added(let text): DifferenceLine(mark: "+", text: text)
                case .skipped(let count): DifferenceLine(mark: " ", text: "… \(count) equal")
                }
            }
        }
        return lines(of: change.old, "-", maximumValueLines) + lines(of: change.new, "+", maximumValueLines)
    }

    private static func lines(of value: Value?, _ mark: Character, _ maximum: Int) -> [DifferenceLine] {
        guard let value else { return [] }
        let all = YAMLText.lines(of: value)
        var lines = all.prefix(maximum).map { DifferenceLine(mark: mark, text: $0) }
        if all.count > maximum { lines.append(DifferenceLine(mark: " ", text: "… \(all.count - maximum) more lines")) }
        return lines
    }
}
