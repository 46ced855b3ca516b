import DocumentTree
import Testing
import WorkflowLanguage

@Suite struct InputResolverTests {
    private func resolver() throws -> InputResolver {
        let text = #"""
            inputs:
              day: {required: true, pattern: '^\d{4}-\d{2}-\d{2}$'}
              count: {type: integer, default: 3}
              ratio: {type: number}
              full: {type: boolean, default: false}
              target: {type: choice, options: [test, production]}
              extra: {type: object}
              list: {type: array, default: [1]}
            steps: [{run: a}]
            """#
        return InputResolver(try workflow(text).inputs)
    }

    @Test func textsBecomeTypedValues() throws {
        let (values, faults) = try resolver().resolve(texts: [
            ("day", "2026-11-01"), ("COUNT", "42"), ("ratio", "2.5e1"), ("full", "true"), ("target", "test"),
            ("extra", "{\"a\": [1]}"),
        ])
        #expect(faults.isEmpty)
        #expect(
            Value.mapping(values) == [
                "day": "2026-11-01", "count": 42, "ratio": 25, "full": true, "target": "test", "extra": ["a": [1]],
                "list": [1],
            ])
        #expect(values.keys == ["day", "count", "ratio", "full", "target", "extra", "list"])
    }

    @Test func aWholeNumberMayHaveAnyNumberOfDigits() throws {
        let (values, faults) = try resolver().resolve(texts: [("day", "2026-11-01"), ("count", "9223372036854775808")])
        #expect(faults.isEmpty)
        #expect(values["count"] == .bigInteger("9223372036854775808"))
    }

    @Test func whatIsNotGivenIsTheDefaultOrNull() throws {
        let (values, faults) = try resolver().resolve(values: ["day": "2026-11-01"])
        #expect(faults.isEmpty)
        #expect(
            Value.mapping(values) == [
                "day": "2026-11-01", "count": 3, "ratio": nil, "full": false, "target": nil, "extra": nil, "list": [1],
            ])
    }

    @Test(arguments: [
        ("day", "yesterday", "input `day` must match `^\\d{4}-\\d{2}-\\d{2}$`, and `yesterday` doesn't"),
        ("count", "2.5", "input `count` must be a whole number, not `2.5`"),
        ("count", "x", "must be a whole number"), ("ratio", "NaN", "must be a number"),
        ("full", "yes", "must be `true` or `false`, not `yes`"),
        ("target", "porduction", "must be one of test, production, not `porduction` — did you mean `production`?"),
        ("extra", "[1]", "must be a JSON object"), ("list", "{", "must be a JSON array"),
        ("dya", "2026-11-01", "input `dya` is not known — did you mean `day`?"),
    ])
    func faults(name: String, text: String, message: String) throws {
        let faults = try resolver().resolve(texts: [(name, text)]).faults.map(\.description)
        #expect(faults.contains { $0.contains(message) }, "\(faults)")
    }

    @Test func everyFaultIsReported() throws {
        let faults = try resolver().resolve(texts: [("count", "x"), ("nope", "1"), ("full", "true"), ("full", "false")])
            .faults
        #expect(faults.map(\.input) == ["count", "nope", "full", "day"])
        #expect(faults.last?.description == "input `day` is required — give it with `--input day=…`")
    }

    @Test func valuesKeepTheirTypes() throws {
        let faults = try resolver().resolve(values: ["day": 20_261_101, "count": "42", "full": "true"]).faults
        #expect(faults.map(\.input) == ["day", "count", "full"])
    }
}
