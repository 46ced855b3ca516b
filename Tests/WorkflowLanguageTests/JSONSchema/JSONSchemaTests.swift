import DocumentTree
import Testing
import WorkflowLanguage

/// The promises of JSON Schema 2020-12, in the shape of the official JSON-Schema-Test-Suite: a schema, and values with whether
/// they are valid.
@Suite struct JSONSchemaTests {
    struct Group: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let schema: String
        let valid: [String]
        let invalid: [String]

        init(_ name: String, _ schema: String, valid: [String], invalid: [String]) {
            (testDescription, self.schema, self.valid, self.invalid) = (name, schema, valid, invalid)
        }
    }

    static let groups = [
        Group("true", "true", valid: ["1", "null", "{}"], invalid: []),
        Group("false", "false", valid: [], invalid: ["1", "null", "{}", "[]"]),
        Group(
            "type integer", #"{"type": "integer"}"#, valid: ["1", "1.0", "-0", "12345678901234567890"],
            invalid: ["1.1", #""1""#, "true", "null", "[]", "{}"]),
        Group("type number", #"{"type": "number"}"#, valid: ["1", "1.0", "1.1"], invalid: [#""1""#, "true"]),
        Group("type string", #"{"type": "string"}"#, valid: [#""foo""#, #""1""#, #""""#], invalid: ["1", "null"]),
        Group("type boolean", #"{"type": "boolean"}"#, valid: ["true", "false"], invalid: ["0", "1", "null", #""""#]),
        Group("type null", #"{"type": "null"}"#, valid: ["null"], invalid: ["0", "false", #""""#, "{}"]),
        Group("types", #"{"type": ["integer", "string"]}"#, valid: ["1", #""a""#], invalid: ["1.1", "{}", "null"]),
        Group(
            "enum", #"{"enum": [6, "foo", [], true, {"foo": 12}]}"#, valid: ["[]", "6", "6.0", #"{"foo": 12}"#],
            invalid: ["null", #"{"foo": false}"#, #"{"foo": 12, "boo": 42}"#, "1"]),
        Group("enum tells 0 from false", #"{"enum": [false]}"#, valid: ["false"], invalid: ["0", "0.0"]),
        Group(
            "const", #"{"const": {"foo": "bar", "baz": "bax"}}"#, valid: [#"{"baz": "bax", "foo": "bar"}"#],
            invalid: [#"{"foo": "bar"}"#, "[1, 2]"]),
        Group("const null", #"{"const": null}"#, valid: ["null"], invalid: ["0"]),
        Group(
            "multipleOf", #"{"multipleOf": 1.5}"#, valid: ["0", "4.5", #""foo""#], invalid: ["35"]),
        Group("multipleOf by small number", #"{"multipleOf": 0.0001}"#, valid: ["0.0075"], invalid: ["0.00751"]),
        Group("minimum", #"{"minimum": 1.1}"#, valid: ["2.6", "1.1", #""x""#], invalid: ["0.6"]),
        Group(
            "minimum with signed integer", #"{"minimum": -2}"#, valid: ["-1", "-2", "-2.0"], invalid: ["-2.0001", "-3"]),
        Group("exclusiveMinimum", #"{"exclusiveMinimum": 1.1}"#, valid: ["1.2"], invalid: ["1.1", "0.6"]),
        Group("maximum", #"{"maximum": 300}"#, valid: ["299.97", "300", "300.00"], invalid: ["300.5"]),
        Group("exclusiveMaximum", #"{"exclusiveMaximum": 3.0}"#, valid: ["2.2"], invalid: ["3.0", "3.5"]),
        Group(
            "big integers", #"{"maximum": 9223372036854775806}"#, valid: ["9223372036854775806"],
            invalid: ["9223372036854775807"]),
        Group(
            "maxLength counts code points", #"{"maxLength": 2}"#, valid: [#""fo""#, #""💩💩""#, "100"],
            invalid: [#""foo""#]),
        Group("minLength", #"{"minLength": 2}"#, valid: [#""foo""#, #""fo""#, "1"], invalid: [#""f""#, #""💩""#]),
        Group(
            "pattern", #"{"pattern": "^a*$"}"#, valid: [#""aaa""#, "true", "123", "null"], invalid: [#""abc""#]),
        Group("pattern is not anchored", #"{"pattern": "a+"}"#, valid: [#""xxaayy""#], invalid: [#""b""#]),
        Group("maxItems", #"{"maxItems": 2}"#, valid: ["[1]", "[1, 2]", #""foobar""#], invalid: ["[1, 2, 3]"]),
        Group("minItems", #"{"minItems": 1.0}"#, valid: ["[1]", #""""#], invalid: ["[]"]),
        Group(
            "uniqueItems", #"{"uniqueItems": true}"#,
            valid: ["[1, 2]", "[1, true]", "[0, false]", #"[{"a": 1}, {"a": 2}]"#, "[]"],
            invalid: ["[1, 1]", "[1.0, 1.00, 1]", #"[{"a": 1, "b": 2}, {"b": 2, "a": 1}]"#, #"["foo", "foo"]"#]),
        Group(
            "items", #"{"items": {"type": "integer"}}"#, valid: ["[1, 2]", #"{"foo": "bar"}"#], invalid: [#"[1, "x"]"#]),
        Group("items false", #"{"items": false}"#, valid: ["[]"], invalid: [#"[1, "foo", true]"#]),
        Group(
            "prefixItems with items", #"{"prefixItems": [{}, {"type": "string"}], "items": false}"#,
            valid: ["[]", "[1]", #"[1, "a"]"#], invalid: [#"[1, "a", 3]"#, "[1, 2]"]),
        Group(
            "contains", #"{"contains": {"minimum": 5}}"#, valid: ["[3, 4, 5]", "[5, 6]", "{}"],
            invalid: ["[2, 3]", "[]"]),
        Group(
            "minContains and maxContains", #"{"contains": {"const": 1}, "minContains": 1, "maxContains": 2}"#,
            valid: ["[1]", "[1, 2, 1]"], invalid: ["[]", "[2]", "[1, 1, 1]"]),
        Group("minContains 0", #"{"contains": {"const": 1}, "minContains": 0}"#, valid: ["[]", "[2]"], invalid: []),
        Group(
            "properties, patternProperties, additionalProperties",
            #"{"properties": {"foo": {}, "bar": {}}, "patternProperties": {"^v": {}}, "additionalProperties": false}"#,
            valid: [#"{"foo": 1}"#, #"{"foo": 1, "vroom": 2}"#, "[1, 2]", #""x""#],
            invalid: [#"{"foo": 1, "bar": 2, "quux": "boom"}"#]),
        Group(
            "additionalProperties as a schema", #"{"additionalProperties": {"type": "boolean"}}"#,
            valid: [#"{"foo": true}"#], invalid: [#"{"foo": 1}"#]),
        Group(
            "required", #"{"properties": {"foo": {}}, "required": ["foo"]}"#, valid: [#"{"foo": 1}"#, "[]", "12"],
            invalid: [#"{"bar": 1}"#]),
        Group(
            "propertyNames", #"{"propertyNames": {"maxLength": 3}}"#, valid: [#"{"f": {}}"#],
            invalid: [#"{"foobar": {}}"#]),
        Group("minProperties", #"{"minProperties": 1}"#, valid: [#"{"a": 1}"#, "[]"], invalid: ["{}"]),
        Group("maxProperties", #"{"maxProperties": 1}"#, valid: ["{}"], invalid: [#"{"a": 1, "b": 2}"#]),
        Group(
            "dependentRequired", #"{"dependentRequired": {"bar": ["foo"]}}"#,
            valid: ["{}", #"{"foo": 1}"#, #"{"foo": 1, "bar": 2}"#, #"["bar"]"#], invalid: [#"{"bar": 2}"#]),
        Group(
            "dependentSchemas", #"{"dependentSchemas": {"bar": {"properties": {"foo": {"type": "integer"}}}}}"#,
            valid: [#"{"foo": "quux"}"#, #"{"foo": 1, "bar": 2}"#], invalid: [#"{"foo": "quux", "bar": 2}"#]),
        Group(
            "allOf", #"{"allOf": [{"required": ["bar"]}, {"required": ["foo"]}]}"#, valid: [#"{"foo": 1, "bar": 2}"#],
            invalid: [#"{"foo": 1}"#, #"{"bar": 2}"#]),
        Group(
            "anyOf", #"{"anyOf": [{"type": "integer"}, {"minimum": 2}]}"#, valid: ["1", "2.5", "3"], invalid: ["1.5"]),
        Group(
            "oneOf", #"{"oneOf": [{"type": "integer"}, {"minimum": 2}]}"#, valid: ["1", "2.5"], invalid: ["3", "1.5"]),
        Group("not", #"{"not": {"type": ["integer", "boolean"]}}"#, valid: [#""foo""#], invalid: ["1", "true"]),
        Group(
            "if, then, else",
            #"{"if": {"exclusiveMaximum": 0}, "then": {"minimum": -10}, "else": {"multipleOf": 2}}"#,
            valid: ["-1", "4"], invalid: ["-100", "3"]),
        Group("then without if", #"{"then": {"const": 0}}"#, valid: ["0", "\"hello\""], invalid: []),
        Group(
            "a schema that refers to itself",
            ##"{"properties": {"foo": {"$ref": "#"}}, "additionalProperties": false}"##,
            valid: [#"{"foo": false}"#, #"{"foo": {"foo": false}}"#], invalid: [#"{"foo": {"bar": false}}"#]),
        Group(
            "references with escapes",
            ##"{"$defs": {"tilde~field": {"type": "integer"}, "slash/field": {"type": "integer"}, "percent%field": {"type": "integer"}}, "properties": {"tilde": {"$ref": "#/$defs/tilde~0field"}, "slash": {"$ref": "#/$defs/slash~1field"}, "percent": {"$ref": "#/$defs/percent%25field"}}}"##,
            valid: [#"{"slash": 123, "tilde": 1, "percent": 2}"#],
            invalid: [#"{"slash": "aoeu"}"#, #"{"tilde": "aoeu"}"#, #"{"percent": "aoeu"}"#]),
        Group(
            "a reference beside other keywords",
            ##"{"$defs": {"reffed": {"type": "array"}}, "$ref": "#/$defs/reffed", "maxItems": 2}"##,
            valid: ["[]"], invalid: [#""string""#, "[1, 2, 3]"]),
        Group(
            "a reference to a place in a list",
            ##"{"prefixItems": [{"type": "integer"}, {"$ref": "#/prefixItems/0"}]}"##,
            valid: ["[1, 2]"], invalid: [#"[1, "foo"]"#]),
        Group("format says nothing", #"{"format": "email"}"#, valid: [#""nobody""#, "12"], invalid: []),
    ]

    private func value(_ json: String) throws -> Value {
        try Document.parseOne(Array(json.utf8), name: "test.json").value()
    }

    @Test(arguments: groups) func agreesWithTheStandard(group: Group) throws {
        let schema = try JSONSchema(value(group.schema))
        for text in group.valid { #expect(schema.mismatches(of: try value(text)) == [], "\(text)") }
        for text in group.invalid { #expect(!schema.accepts(try value(text)), "\(text)") }
    }

    @Test(arguments: [
        (#"{"type": "int"}"#, ["type"]), (#"{"requird": ["a"]}"#, ["requird"]), ("12", []),
        (#"{"properties": {"a": {"pattern": "("}}}"#, ["properties", "a", "pattern"]),
        (#"{"pattern": "a(?=b)"}"#, ["pattern"]), (#"{"minLength": -1}"#, ["minLength"]),
        (#"{"minItems": 3, "maxItems": 2}"#, ["minItems"]), (#"{"enum": []}"#, ["enum"]),
        (#"{"$ref": "other.json"}"#, ["$ref"]), (##"{"$ref": "#/$defs/no"}"##, ["$ref"]),
        (#"{"unevaluatedProperties": false}"#, ["unevaluatedProperties"]),
        (#"{"$defs": {"x": {"type": 3}}}"#, ["$defs", "x", "type"]), (#"{"allOf": []}"#, ["allOf"]),
    ])
    func whatItCannotDoIsRefused(schema: String, path: [String]) throws {
        let fault = try #require(throws: JSONSchema.Fault.self) { try JSONSchema(try value(schema)) }
        #expect(fault.path == path)
    }

    @Test func saysWhereAndWhat() throws {
        let schema = try JSONSchema(
            value(
                #"{"properties": {"rows": {"items": {"required": ["id"], "properties": {"a/b": {"type": "string"}}}}}}"#
            ))
        let found = schema.mismatches(of: try value(#"{"rows": [{"id": 1}, {"a/b": 3}]}"#))
        #expect(
            found.map(\.description) == ["/rows/1 needs the key `id`", "/rows/1/a~1b must be a text, not `3`"])
    }

    /// Schemas that would be followed for ever, or for years.
    @Test func endlessSchemasEnd() throws {
        #expect(!(try JSONSchema(value(##"{"$ref": "#"}"##)).accepts(1)))
        let doubling = (0..<40).map {
            ##""d\##($0)": {"anyOf": [{"$ref": "#/$defs/d\##($0 + 1)"}, {"$ref": "#/$defs/d\##($0 + 1)"}]}"##
        }.joined(separator: ", ")
        let schema = try JSONSchema(value(##"{"$defs": {\##(doubling), "d40": false}, "$ref": "#/$defs/d0"}"##))
        #expect(!schema.accepts(1))
    }

    @Test func textsBecomeWhatTheSchemaTakes() throws {
        let rows = OutputDeclaration(name: "rows", schema: try JSONSchema(["type": "integer"]))
        let name = OutputDeclaration(name: "name", schema: try JSONSchema(["type": "string"]))
        let (outputs, faults) = OutputDeclaration.check(["rows": "12", "name": "7"], against: [rows, name])
        #expect(faults == [])
        #expect(outputs == ["rows": 12, "name": "7"])
        #expect(OutputDeclaration.check(["rows": "many"], against: [rows, name]).faults.count == 2)
    }
}
