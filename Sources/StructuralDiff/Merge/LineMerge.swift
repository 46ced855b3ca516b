import DocumentTree

/// A three-way merge of lines.
///
/// Source: Khanna, Kunal and Pierce, "A formal investigation of diff3", 2007.
struct LineMerge {
    /// A stretch of the result.
    enum Chunk: Hashable {
        case clean([String])
        case conflict(ours: [String], theirs: [String])
    }

    /// The chunks of the merge of `ours` and `theirs`, which both come from `base`.
    static func chunks(base: [String], ours: [String], theirs: [String]) -> [Chunk] {
        var numbers: [ExactString: Int] = [:]
        func tokens(_ lines: [String]) -> [Int] {
            lines.map { line in
                if let known = numbers[ExactString(line)] { return known }
                numbers[ExactString(line)] = numbers.count
                return numbers.count - 1
            }
        }
        let (baseTokens, ourTokens, theirTokens) = (tokens(base), tokens(ours), tokens(theirs))
        var inOurs = [Int?](repeating: nil, count: base.count)
        for pair in CommonSubsequence.pairs(baseTokens, ourTokens) { inOurs[pair.old] = pair.new }
        var inTheirs = [Int?](repeating: nil, count: base.count)
        for pair in CommonSubsequence.pairs(baseTokens, theirTokens) { inTheirs[pair.old] = pair.new }
        var chunks: [Chunk] = []
        var (start, ourStart, theirStart) = (0, 0, 0)
        func append(_ end: Int, _ ourEnd: Int, _ theirEnd: Int) {
            let old = baseTokens[start..<end]
            let (mine, other) = (ourTokens[ourStart..<ourEnd], theirTokens[theirStart..<theirEnd])
            if mine == old {
                chunks.append(.clean(Array(theirs[theirStart..<theirEnd])))
            } else if other == old || mine == other {
                chunks.append(.clean(Array(ours[ourStart..<ourEnd])))
            } else {
                chunks.append(
                    .conflict(ours: Array(ours[ourStart..<ourEnd]), theirs: Array(theirs[theirStart..<theirEnd])))
            }
        }
        for index in base.indices {
            guard let our = inOurs[index], let their = inTheirs[index] else { continue }
            append(index, our, their)
            chunks.append(.clean([base[index]]))
            (start, ourStart, theirStart) = (index + 1, our + 1, their + 1)
        }
        append(base.count, ours.count, theirs.count)
        return chunks
    }

    /// The merged text; nil where both sides changed the same lines. Where `keepsBoth`, such lines are kept from both
    /// sides, ours first, and those that both have once.
    static func text(base: String, ours: String, theirs: String, keepsBoth: Bool = false) -> String? {
        if ours == base || ours == theirs { return theirs }
        if theirs == base { return ours }
        var result = ""
        for chunk in chunks(base: lines(base), ours: lines(ours), theirs: lines(theirs)) {
            switch chunk {
            case .clean(let lines): result += lines.joined()
            case .conflict(let ours, let theirs):
                guard keepsBoth else { return nil }
                result += union(ours, theirs).joined()
            }
        }
        return result
    }

    /// The lines of both, ours before theirs between lines that both have.
    private static func union(_ ours: [String], _ theirs: [String]) -> [String] {
        var numbers: [ExactString: Int] = [:]
        func token(_ line: String) -> Int {
            let number = numbers[ExactString(line)] ?? numbers.count
            numbers[ExactString(line)] = number
            return number
        }
        var result: [String] = []
        var (i, j) = (0, 0)
        for pair in CommonSubsequence.pairs(ours.map(token), theirs.map(token)) {
            result += ours[i..<pair.old] + theirs[j..<pair.new] + [ours[pair.old]]
            (i, j) = (pair.old + 1, pair.new + 1)
        }
        return result + ours[i...] + theirs[j...]
    }

    /// The lines of a text, each with its line break.
    private static func lines(_ text: String) -> [String] {
        var lines: [String] = []
        var rest = text.utf8[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let next = rest.index(after: end)
            lines.append(String(decoding: rest[..<next], as: UTF8.self))
            rest = rest[next...]
        }
        if !rest.isEmpty { lines.append(String(decoding: rest, as: UTF8.self)) }
        return lines
    }
}
