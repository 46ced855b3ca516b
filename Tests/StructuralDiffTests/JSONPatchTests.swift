import DocumentTree
import StructuralDiff
import Testing

/// Source of documents, patches and results: RFC 6902, appendix A; RFC 6901, chapter 5.
@Suite struct JSONPatchTests {
    /// Lists of equal texts without names: as many operations as their edit distance (Wagner and Fischer, 1974).
    @Test(arguments: [
        ("[k, i, t, t, e, n]", "[s, i, t, t, i, n, g]", 3), ("[1, 1.5, x, 1.5, -1]", "[1.5, 1.5, y, x, 1.5, -1]", 2),
        ("[c, b, b, b, c]", "[l, c, f, x, n, y]", 5), ("[p, r, s]", "[l, p, s, s]", 2),
        ("[a, b, a, b]", "[b, a, b, a]", 2),
    ])
    func `Short lists take no more operations than their edit distance`(old: String, new: String, most: Int) throws {
        let comparison = try compare("\(old)\n", "\(new)\n")
        #expect(comparison.patch.operations.count <= most)
    }

    @Test(arguments: [
        ("A.1", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"baz":"qux","foo":"bar"}"#),
        (
            "A.2", #"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
            #"{"foo":["bar","qux","baz"]}"#
        ),
        ("A.3", #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
        ("A.4", #"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#, #"{"foo":["bar","baz"]}"#),
        (
            "A.5", #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#,
            #"{"baz":"boo","foo":"bar"}"#
        ),
        (
            "A.6", #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
            #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
            #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#
        ),
        (
            "A.7", #"{"foo":["all","grass","cows","eat"]}"#, #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
            #"{"foo":["all","cows","eat","grass"]}"#
        ),
        (
            "A.8", #"{"baz":"qux","foo":["a",2,"c"]}"#,
            #"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]"#,
            #"{"baz":"qux","foo":["a",2,"c"]}"#
        ),
        (
            "A.10", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
            #"{"foo":"bar","child":{"grandchild":{}}}"#
        ),
        (
            "A.11", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux","xyz":123}]"#,
            #"{"foo":"bar","baz":"qux"}"#
        ),
        ("A.14", #"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#, #"{"/":9,"~1":10}"#),
        (
            "A.16", #"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#,
            #"{"foo":["bar",["abc","def"]]}"#
        ),
    ])
    func `A patch applies as in the RFC`(section: String, document: String, patch: String, result: String) throws {
        #expect(try JSONPatch(Value(json: patch)).applied(to: Value(json: document)) == Value(json: result))
    }

    @Test(arguments: [
        ("A.9", #"{"baz":"qux"}"#, #"[{"op":"test","path":"/baz","value":"bar"}]"#),
        ("A.12", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz/bat","value":"qux"}]"#),
        ("A.15", #"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":"10"}]"#),
        ("4.2", #"{"a":1}"#, #"[{"op":"remove","path":"/b"}]"#),
        ("4.4", #"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a","path":"/a/b/c"}]"#),
        ("index", #"{"a":[1]}"#, #"[{"op":"remove","path":"/a/01"}]"#),
        ("end", #"{"a":[1]}"#, #"[{"op":"add","path":"/a/2","value":1}]"#),
    ])
    func `A patch that doesn't fit is refused`(section: String, document: String, patch: String) throws {
        let patch = try JSONPatch(Value(json: patch))
        let document = try Value(json: document)
        #expect(throws: JSONPatchError.self) { try patch.applied(to: document) }
    }

    @Test(arguments: [
        #"{"op":"add"}"#, #"[{"op":"add","path":"/a"}]"#, #"[{"op":"spam","path":"/a"}]"#,
        #"[{"op":"remove","path":"a"}]"#, #"[{"op":"move","path":"/a"}]"#, "[1]", #"[{"op":"remove","path":"/~2"}]"#,
    ])
    func `What is no patch is refused`(text: String) throws {
        let value = try Value(json: text)
        #expect(throws: JSONPatchError.self) { try JSONPatch(value) }
    }

    @Test func `Pointers are written as in RFC 6901`() throws {
        let document = try Value(json: #"{"foo":["bar","baz"],"":0,"a/b":1,"m~n":8}"#)
        #expect(document.value(at: try #require(JSONPointer("/foo/0"))) == "bar")
        #expect(document.value(at: try #require(JSONPointer("/"))) == 0)
        #expect(document.value(at: try #require(JSONPointer("/a~1b"))) == 1)
        #expect(document.value(at: try #require(JSONPointer("/m~0n"))) == 8)
        #expect(JSONPointer(["a/b", "m~n"]).description == "/a~1b/m~0n")
    }

    @Test(arguments: [
        ("a: [1, 2, 3]\n", "a: [3, 1, 2]\n", #"[{"op":"move","path":"/a/0","from":"/a/2"}]"#),
        ("a: [1, 2, 3]\n", "a: [1, 5, 3]\n", #"[{"op":"replace","path":"/a/1","value":5}]"#),
        ("a: 1\nb: 2\n", "a: 1\nc: 2\n", #"[{"op":"move","path":"/c","from":"/b"}]"#),
        ("a: {x: 1}\nb: {y: 2}\n", "a: {}\nb: {y: 2, z: 1}\n", #"[{"op":"move","path":"/b/z","from":"/a/x"}]"#),
        ("a: 1\n", "[1]\n", #"[{"op":"replace","path":"","value":[1]}]"#),
        ("a: 1\n", "a: 1 # comment\n", "[]"),
    ])
    func `Few operations say what changed`(old: String, new: String, expected: String) throws {
        #expect(try compare(old, new).patch.value.json() == expected)
    }
}
