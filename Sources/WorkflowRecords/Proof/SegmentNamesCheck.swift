internal import DocumentTree
internal import GitStore

/// Checks the names of the references among the records: each is a segment's.
struct SegmentNamesCheck {
    let repository: Repository

    func findings() throws -> [Finding] {
        try repository.references(matching: "refs/notes/wfrepo/").map(\.name)
            .filter { RecordSegment(reference: $0) == nil }.sorted().map { name in
                Finding(
                    .references, PrintableText.escape(name), "this is no name of a segment of records",
                    hint: "see where it leads: git for-each-ref refs/notes/wfrepo; remove it: git update-ref -d NAME")
            }
    }
}
