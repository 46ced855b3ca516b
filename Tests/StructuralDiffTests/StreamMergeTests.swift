import DocumentTree
import StructuralDiff
import Testing

/// Merges of texts with several documents.
@Suite struct StreamMergeTests {
    private func merge(_ base: String, _ ours: String, _ theirs: String) throws -> (text: String, conflicts: [String]) {
        func parse(_ text: String) throws -> DocumentStream { try .parse(Array(text.utf8), name: "m.yaml") }
        let merge = try ThreeWayMerge(base: parse(base), ours: parse(ours), theirs: parse(theirs))
        return (
            String(decoding: merge.bytes, as: UTF8.self), merge.conflicts.map { "\($0.path): \($0.reason.rawValue)" }
        )
    }

    private static let service = "kind: Service\nname: web\nport: 80 # public\n"
    private static let deployment = "kind: Deployment\nname: app\nreplicas: 2\n"
    private static let job = "kind: Job\nname: clean\nevery: 1h\n"

    private func stream(_ documents: String...) -> String { documents.joined(separator: "---\n") }

    @Test func `Documents of one text merge each on their own`() throws {
        let result = try merge("a: 1\n---\nb: 1\n", "a: 2\n---\nb: 1\n", "a: 1\n---\nb: 2\n")
        #expect(result == ("a: 2\n---\nb: 2\n", []))
    }

    @Test func `A document added on one side and an edit on the other`() throws {
        let base = stream(Self.service, Self.deployment)
        let more = stream(Self.service, Self.deployment, Self.job)
        let edited = stream(Self.service.replacing("80", with: "8080"), Self.deployment)
        let expected = stream(Self.service.replacing("80", with: "8080"), Self.deployment, Self.job)
        #expect(try merge(base, more, edited) == (expected, []))
        #expect(try merge(base, edited, more) == (expected, []))
    }

    @Test func `A second document joins what was one`() throws {
        let edited = Self.service.replacing("80", with: "81")
        let result = try merge(Self.service, stream(Self.service, Self.job), edited)
        #expect(result == (stream(edited, Self.job), []))
    }

    @Test func `A document above the first one gets its line of dashes`() throws {
        let edited = Self.service.replacing("80", with: "81")
        #expect(try merge(Self.service, edited, stream(Self.job, Self.service)) == (stream(Self.job, edited), []))
        #expect(try merge(Self.service, stream(Self.job, Self.service), edited) == (stream(Self.job, edited), []))
    }

    @Test func `A document removed on one side, and another edited on the other`() throws {
        let base = stream(Self.service, Self.deployment, Self.job)
        let edited = base.replacing("replicas: 2", with: "replicas: 5")
        let result = try merge(base, stream(Self.deployment, Self.job), edited)
        #expect(result == (stream(Self.deployment.replacing("2", with: "5"), Self.job), []))
    }

    @Test func `Both sides add a document: ours first`() throws {
        let result = try merge(
            Self.service, stream(Self.service, Self.job), stream(Self.service, Self.deployment))
        #expect(result == (stream(Self.service, Self.job, Self.deployment), []))
    }

    @Test func `A conflict is marked around the field and says in which document`() throws {
        let base = stream(Self.service, Self.deployment)
        let result = try merge(
            base, base.replacing("replicas: 2", with: "replicas: 3"),
            stream(Self.job, base.replacing("replicas: 2", with: "replicas: 4")))
        #expect(result.conflicts == ["[2].replicas: both sides changed it"])
        #expect(
            result.text
                == stream(
                    Self.job, Self.service,
                    "kind: Deployment\nname: app\n<<<<<<< ours\nreplicas: 3\n=======\nreplicas: 4\n>>>>>>> theirs\n"))
    }

    @Test func `A document removed on one side and edited on the other is a conflict`() throws {
        let base = stream(Self.service, Self.deployment)
        let result = try merge(base, Self.service, base.replacing("replicas: 2", with: "replicas: 4"))
        #expect(result.conflicts == ["[1]: one side changed it, the other removed it"])
        #expect(
            result.text == Self.service + "<<<<<<< ours\n=======\n---\n"
                + Self.deployment.replacing("2", with: "4") + ">>>>>>> theirs\n")
    }

    @Test func `Ends of documents, directives and texts without a last line break stay valid`() throws {
        let base = "%YAML 1.2\n---\na: 1\n...\n---\nb: 1"
        let result = try merge(base, base + "\n---\nc: 1", base.replacing("a: 1", with: "a: 2"))
        #expect(result == ("%YAML 1.2\n---\na: 2\n...\n---\nb: 1\n---\nc: 1", []))
    }

    /// Edits, additions, removals and moves of whole documents: the result is a merge, or conflicts and both sides.
    @Test func `Any edits of streams give a merge or a conflict, never a broken file`() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<randomCases(3000) {
            let count = Int.random(in: 1...4, using: &random)
            let base = (0..<count).map { "name: n\($0)\nvalue: \($0)\nlist: [a, b\($0)]\n" }
            func edited() -> [String] {
                var documents = base
                for _ in 0..<Int.random(in: 1...2, using: &random) {
                    let place = Int.random(in: 0...documents.count, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: documents.insert("name: new\(Int.random(in: 0..<9, using: &random))\nz: 1\n", at: place)
                    case 1 where place < documents.count: documents.remove(at: place)
                    case 2 where place < documents.count: documents.append(documents.remove(at: place))
                    case _ where place < documents.count:
                        documents[place] += "k\(Int.random(in: 0..<3, using: &random)): 1\n"
                    default: break
                    }
                }
                return documents
            }
            let (ours, theirs) = (edited(), edited())
            func text(_ documents: [String]) -> String { documents.joined(separator: "---\n") }
            guard !ours.isEmpty, !theirs.isEmpty else { continue }
            // Twice the same key is no document that anybody writes.
            guard [ours, theirs].allSatisfy({ (try? DocumentStream.parse(Array(text($0).utf8), name: "m")) != nil })
            else { continue }
            let result = try merge(text(base), text(ours), text(theirs))
            if result.conflicts.isEmpty {
                #expect(throws: Never.self) { try DocumentStream.parse(Array(result.text.utf8), name: "m.yaml") }
            } else {
                #expect(result.text.contains("<<<<<<< ours"))
            }
            if ours == base { #expect(result.text == text(theirs)) }
            if theirs == base { #expect(result.text == text(ours)) }
        }
    }
}
