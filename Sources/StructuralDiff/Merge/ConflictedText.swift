/// A text with git's conflict markers, taken apart into its two sides.
public struct ConflictedText: Sendable {
    /// The text as our side has it.
    public let ours: [UInt8]
    /// The text as their side has it.
    public let theirs: [UInt8]

    /// The sides of `bytes`; nil where it has no complete conflict. The common ancestor of `merge.conflictStyle=diff3` is
    /// left out.
    public init?(_ bytes: [UInt8]) {
        var ours: [UInt8] = []
        var theirs: [UInt8] = []
        var part = Part.both
        var count = 0
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            switch (part, Self.marker(line)) {
            case (.both, 0x3C): part = .ours
            case (.ours, 0x7C): part = .base
            case (.ours, 0x3D), (.base, 0x3D): part = .theirs
            case (.theirs, 0x3E):
                part = .both
                count += 1
            default:
                if part == .both || part == .ours { ours += line + [0x0A] }
                if part == .both || part == .theirs { theirs += line + [0x0A] }
            }
        }
        guard count > 0, part == .both else { return nil }
        // The split has an empty line behind the last line's end.
        self.ours = ours.dropLast()
        self.theirs = theirs.dropLast()
    }

    private enum Part {
        case both, ours, base, theirs
    }

    /// The character of a line that is a marker: seven of `<`, `|`, `=` or `>` at its start, then a blank or nothing.
    private static func marker(_ line: ArraySlice<UInt8>) -> UInt8? {
        guard let first = line.first, [0x3C, 0x7C, 0x3D, 0x3E].contains(first), line.count >= 7,
            line.prefix(7).allSatisfy({ $0 == first }), line.count == 7 || line[line.startIndex + 7] == 0x20
        else { return nil }
        return first
    }

    /// Lines of both sides with git's markers around those that differ.
    public static func marking(ours: [String], theirs: [String]) -> [String] {
        var numbers: [String: Int] = [:]
        func tokens(_ lines: [String]) -> [Int] {
            lines.map { line in
                let number = numbers[line] ?? numbers.count
                numbers[line] = number
                return number
            }
        }
        var result: [String] = []
        var (i, j) = (0, 0)
        func conflict(upTo end: (ours: Int, theirs: Int)) {
            guard i < end.ours || j < end.theirs else { return }
            result += ["<<<<<<< ours"] + ours[i..<end.ours] + ["======="] + theirs[j..<end.theirs] + [">>>>>>> theirs"]
        }
        for pair in CommonSubsequence.pairs(tokens(ours), tokens(theirs)) {
            conflict(upTo: (pair.old, pair.new))
            result.append(ours[pair.old])
            (i, j) = (pair.old + 1, pair.new + 1)
        }
        conflict(upTo: (ours.count, theirs.count))
        return result
    }
}
