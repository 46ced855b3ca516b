import DocumentTree
import Testing

/// Expected values: YAML 1.2.2, chapter 10.3.2, table of tag resolution, and the examples below it.
@Suite struct CoreSchemaTests {
    @Test(arguments: [
        ("null", Value.null), ("Null", .null), ("NULL", .null), ("~", .null), ("", .null), ("nUll", "nUll"),
        ("true", true), ("True", true), ("TRUE", true), ("false", false), ("FALSE", false),
        ("on", "on"), ("off", "off"), ("yes", "yes"), ("no", "no"), ("y", "y"), ("n", "n"),
        ("0", 0), ("-0", 0), ("42", 42), ("+12", 12), ("-19", -19), ("007", 7),
        ("0o7", 7), ("0o17", 15), ("0o18", "0o18"), ("0x3A", 58), ("0x1F", 31), ("0xg", "0xg"), ("-0x1", "-0x1"),
        ("0b11", "0b11"), ("1_000", "1_000"), ("1:30", "1:30"), ("12e03", 12000.0), ("0.", 0.0), ("-0.0", -0.0),
        (".5", 0.5), ("+12e03", 12000.0), ("-2E+05", -200000.0), ("1e", "1e"), (".", "."), ("+", "+"),
        (".inf", .double(.infinity)), ("-.Inf", .double(-.infinity)), ("+.INF", .double(.infinity)),
        (".nan", .double(.nan)), ("nan", "nan"), ("2026-11-01", "2026-11-01"), ("<<", "<<"), ("=", "="),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .bigInteger("9223372036854775808")),
        ("-00099999999999999999999", .bigInteger("-99999999999999999999")),
        ("0xFFFFFFFFFFFFFFFFF", .bigInteger("295147905179352825855")),
        ("٣", "٣"), ("1٣", "1٣"),
    ])
    func `A plain scalar means what the core schema says`(text: String, expected: Value) throws {
        #expect(try value("key: \(text)\n")["key"] == expected)
    }

    @Test func `Quotes make a string of anything`() throws {
        #expect(try value("['1', \"true\", ~, '~']\n") == ["1", "true", nil, "~"])
    }

    @Test func `Explicit tags win over the look of a scalar`() throws {
        #expect(try value("[!!str 1, !!int '3', !!float 3, !!bool \"true\", !custom 7]\n") == ["1", 3, 3.0, true, "7"])
        #expect(throws: DocumentError.self) { try value("!!int nine\n") }
    }

    @Test func `A merge key is a key like any other`() throws {
        #expect(try value("a: &a {x: 1}\nb: {<<: *a, y: 2}\n")["b"] == ["<<": ["x": 1], "y": 2])
    }

    /// YAML 1.2.2, chapter 5.4: U+0085, U+2028 and U+2029, line breaks in YAML 1.1, are no line breaks any more.
    @Test func `The line separators of YAML 1 1 are text`() throws {
        #expect(
            try value("{\"a\u{2028}\": \"x\u{85} y\", b: 'p\u{2029}q', \"c\": \"\\u07FF\\u2028\\uF8FF\"}\n")
                == ["a\u{2028}": "x\u{85} y", "b": "p\u{2029}q", "c": "\u{7FF}\u{2028}\u{F8FF}"])
        #expect(
            try value("a: |\n  one\u{2028}\n  two # \u{85}\nb: é\u{2029}z # \u{2028}c\n") == [
                "a": "one\u{2028}\ntwo # \u{85}\n", "b": "é\u{2029}z",
            ])
        let error = #expect(throws: DocumentError.self) { try value("a: \"\u{2028}\"\nb: [\n") }
        #expect(error?.position.line == 3)
    }

    @Test func `Strings of equal look but different code points are different`() throws {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        let mapping = try value("\(composed): 1\n\(decomposed): 2\n")
        #expect(mapping.mapping?.count == 2)
        #expect(Value.string(composed) != .string(decomposed))
        #expect(mapping[decomposed] == 2)
    }
}

func value(_ text: String, name: String = "test.yaml") throws -> Value {
    try Document.parseOne(Array(text.utf8), name: name).value()
}
