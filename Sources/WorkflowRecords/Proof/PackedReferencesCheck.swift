internal import DocumentTree
internal import GitStore

/// Checks the form of `packed-refs`, which `git fsck` leaves alone: each line names an object and a reference, and the names are in
/// the order in which git looks for them.
///
/// Source: git-pack-refs(1), gitrepository-layout(5); the traits of the first line as `refs/packed-backend.c` of git writes them.
struct PackedReferencesCheck {
    private let path: String

    init(_ repository: Repository) { path = repository.commonDirectory + "packed-refs" }

    func findings() throws -> [Finding] {
        guard let bytes = try DurableFile.read(path) else { return [] }
        var previous: [UInt8] = []
        var isSorted = false
        var findings: [Finding] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            // The last line ends with a line break.
            if line.isEmpty, index > 0 { continue }
            if index == 0, line.starts(with: "# pack-refs with:".utf8) {
                isSorted = line.split(separator: 0x20).contains { $0.elementsEqual("sorted".utf8) }
                continue
            }
            if line.first == UInt8(ascii: "^"), ObjectID(String(decoding: line.dropFirst(), as: UTF8.self)) != nil {
                continue
            }
            guard let name = Self.name(in: line) else {
                findings.append(
                    finding(index, "is no reference: \(PrintableText.escape(String(decoding: line, as: UTF8.self)))"))
                continue
            }
            if isSorted, !previous.lexicographicallyPrecedes(name) {
                findings.append(
                    finding(
                        index, "is not in its place: \(PrintableText.escape(String(decoding: name, as: UTF8.self)))"))
            }
            previous = name
        }
        return findings
    }

    /// `<object> <name>`
    private static func name(in line: ArraySlice<UInt8>) -> [UInt8]? {
        let fields = line.split(separator: 0x20, maxSplits: 1, omittingEmptySubsequences: false)
        guard fields.count == 2, ObjectID(String(decoding: fields[0], as: UTF8.self)) != nil,
            fields[1].starts(with: "refs/".utf8),
            Repository.isValidReferenceName(String(decoding: fields[1], as: UTF8.self))
        else { return nil }
        return Array(fields[1])
    }

    private func finding(_ index: Int, _ message: String) -> Finding {
        Finding(
            .references, path, "line \(index + 1) \(message)",
            hint: "see what there is: git for-each-ref; when all of it is right again: git pack-refs --all")
    }
}
