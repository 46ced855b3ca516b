import DocumentTree
import Testing

@Suite struct FaultTests {
    private func fault(_ bytes: [UInt8], name: String = "t.yaml", limits: ParseLimits = .standard) -> DocumentError? {
        do {
            _ = try Document.parseOne(bytes, name: name, limits: limits).value()
            return nil
        } catch {
            return error
        }
    }

    private func fault(_ text: String, name: String = "t.yaml", limits: ParseLimits = .standard) -> DocumentError? {
        fault(Array(text.utf8), name: name, limits: limits)
    }

    @Test(arguments: [
        ("a: b: c\n", "1:5"), ("a: 1\n\tb: 2\n", "2:1"), ("a: 'x\nb: 1\n", "1:4"), ("a: [1, 2\nb: 3\n", "2:2"),
        ("a: 1\n b: 2\n", "2:3"), ("a:\n  - 1\n - 2\n", "3:2"), ("a: @x\n", "1:4"), ("a: \"\\q\"\n", "1:5"),
        ("text\nkey: 1\n", "2:4"), ("a: *x\n", "1:4"), ("a: 1\nb: 2\na: 3\n", "3:1"), ("? [1]\n: 2\n", "1:3"),
        ("a: \u{1}\n", "1:4"), ("---\na: 1\n---\nb: 2\n", "4:1"), ("{{ x }}: 1\n", "1:1"),
    ])
    func `A fault is reported where it is`(text: String, place: String) {
        let error = fault(text)
        #expect(error?.position.description == place, "\(error?.description ?? "no error")")
    }

    @Test func `Markers of a merge are named where they break a text`() {
        let text = "a: 1\n<<<<<<< ours\nb: 1\n=======\nb: 2\n>>>>>>> theirs\n"
        #expect(fault(text)?.description.hasPrefix("t.yaml:2:1: a merge left a conflict here\nhint: decide") == true)
        #expect(fault("a: |\n  \(text.replacing("\n", with: "\n  "))\n") == nil)
    }

    @Test func `The text of an error is for a person`() {
        #expect(
            fault("a: 1\n\tb: 2\n")?.description
                == "t.yaml:2:1: a tab is used for indentation\nhint: YAML allows spaces only")
        #expect(
            fault("on: 1\non: 2\n")?.description
                == "t.yaml:2:1: the key `on` stands in line 1 already\nhint: remove one of the two")
    }

    @Test(
        arguments: [
            ([0x61, 0x3A, 0x20, 0xFF], "1:4"), ([0x61, 0x0A, 0xC3], "2:1"), ([0xED, 0xA0, 0x80], "1:1"),
            ([0xC0, 0xAF], "1:1"), ([0xF4, 0x90, 0x80, 0x80], "1:1"),
        ] as [([UInt8], String)])
    func `What is not UTF-8 is refused at its first bad byte`(bytes: [UInt8], place: String) {
        let error = fault(bytes)
        #expect(error?.code == .encoding)
        #expect(error?.position.description == place)
    }

    @Test(arguments: [[0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61], [0x61, 0x00], [0x00, 0x61]] as [[UInt8]])
    func `UTF-16 is named as such`(bytes: [UInt8]) {
        #expect(fault(bytes)?.message == "the file is UTF-16, not UTF-8")
    }

    @Test func `A byte order mark is no fault`() throws {
        #expect(try Document.parseOne([0xEF, 0xBB, 0xBF, 0x61], name: "t").value() == "a")
        #expect(try Document.parseOne([0xEF, 0xBB, 0xBF, 0x31], name: "t.json").value() == 1)
    }

    @Test func `Limits hold`() {
        let limits = ParseLimits(maximumBytes: 1000, maximumDepth: 3, maximumNodes: 10)
        #expect(fault(String(repeating: "a", count: 1001), limits: limits)?.code == .limit)
        #expect(fault("[[[1]]]", limits: limits) == nil)
        #expect(fault("[[[[1]]]]", limits: limits)?.code == .limit)
        #expect(fault("[[[[1]]]]", name: "t.json", limits: limits)?.code == .limit)
        #expect(fault("[1,2,3,4,5,6,7,8,9]", limits: limits) == nil)
        #expect(fault("[1,2,3,4,5,6,7,8,9,10]", limits: limits)?.code == .limit)
        #expect(fault("[1,2,3,4,5,6,7,8,9,10]", name: "t.json", limits: limits)?.code == .limit)
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "])
    func `Deep nesting is refused, not a crash`(opening: String) {
        #expect(fault(String(repeating: opening, count: 100_000))?.code == .limit)
    }

    @Test func `Deep JSON is refused, not a crash`() {
        #expect(fault(String(repeating: "[", count: 1_000_000), name: "t.json")?.code == .limit)
    }

    @Test func `Two texts are parsed together`() throws {
        let good = Array("a: 1\n".utf8)
        let both = try DocumentStream.parseBoth((good, "one"), (Array("b: 2\n".utf8), "two"))
        #expect(try both.0.documents[0].value() == ["a": 1])
        #expect(try both.1.documents[0].value() == ["b": 2])
        let error = #expect(throws: DocumentError.self) {
            try DocumentStream.parseBoth((good, "one"), (Array("b: [\n".utf8), "two"))
        }
        #expect(error?.name == "two")
    }
}
