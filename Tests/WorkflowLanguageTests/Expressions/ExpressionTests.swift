import DocumentTree
import Testing
import WorkflowLanguage

/// Expected values: GitHub Actions' documentation of expressions, and what the public runner answers.
@Suite struct ExpressionTests {
    private static let context = """
        {
          "inputs": {"Name": "Mona", "list": [10, 20, "x"], "empty": [], "nothing": null, "object": {"a": {"b": 1}, "c": {"b": 2}, "d": 3}},
          "fruits": [{"name": "apple", "quantity": 1}, {"name": "orange", "quantity": 2}, {"name": "pear", "tags": ["x", "y"]}],
          "vegetables": {"scallions": {"colors": ["green", "white"]}, "beets": {"colors": ["purple"]}, "none": {}}
        }
        """

    /// The value as `toJSON` writes it, on one line.
    private static func evaluate(_ text: String) throws -> String {
        let values = try Value(json: context).mapping ?? ValueMapping()
        let value = try Expression.parse(text).evaluate(in: ConstantContext(values))
        let json = try Expression.parse("toJSON(x)").text(in: ConstantContext(["x": value]))
        return json.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
    }

    @Test(arguments: [
        ("null", "null"), ("true", "true"), ("711", "711"), ("-9.2", "-9.2"), ("0xff", "255"), ("0o17", "15"),
        ("-2.99e-2", "-0.0299"), (".5", "0.5"), ("5.", "5"), ("+3", "3"),
        ("'It''s open source!'", "\"It's open source!\""), ("''", "\"\""),
        ("NaN", "NaN"), ("Infinity", "Infinity"), ("-Infinity", "-Infinity"), ("+Infinity", "Infinity"),
        ("0xFFFFFFFF", "-1"),
        ("-0", "0"), ("fromJSON('-0.0')", "0"), ("1e400", "Infinity"),
    ])
    func literals(text: String, json: String) throws { #expect(try Self.evaluate(text) == json) }

    /// .NET's `G15`.
    @Test(arguments: [
        ("1e15", "1E+15"), ("123456789012345", "123456789012345"), ("1e14", "100000000000000"), ("1e21", "1E+21"),
        ("1e100", "1E+100"),
        ("0.0001", "0.0001"), ("0.00001", "1E-05"), ("1.5e-7", "1.5E-07"), ("0.1234567890123456", "0.123456789012346"),
        ("0.30000000000000004", "0.3"), ("9007199254740993", "9.00719925474099E+15"), ("3.0", "3"),
    ])
    func numbersAsText(text: String, expected: String) throws {
        #expect(try Expression.parse("format('{0}', \(text))").text(in: ConstantContext()) == expected)
    }

    /// Ids and times of 16 digits and more, which a double would change.
    @Test(arguments: [
        ("fromJSON('1234567890123456789')", "1234567890123456789"),
        ("fromJSON('-1000000000000000')", "-1000000000000000"),
        ("fromJSON('123456789012345678901234567890')", "123456789012345678901234567890"),
        ("fromJSON('{\"id\": 9007199254740993}').id", "9007199254740993"),
        ("toJSON(fromJSON('9007199254740993'))", "9007199254740993"),
        ("join(fromJSON('[9007199254740993, 1]'))", "9007199254740993,1"),
        ("fromJSON('999999999999999')", "999999999999999"), ("fromJSON('1e15')", "1E+15"),
    ])
    func wholeNumbersFromOutsideKeepTheirDigits(text: String, expected: String) throws {
        #expect(try Expression.parse("format('{0}', \(text))").text(in: ConstantContext()) == expected)
        let value: Value = ["id": 1_234_567_890_123_456_789]
        #expect(try Expression.parse("value.id").evaluate(in: ConstantContext(["value": value])) == value["id"])
    }

    @Test(arguments: [
        ("fromJSON('9007199254740993') == fromJSON('9007199254740992')", false),
        ("fromJSON('9007199254740993') == fromJSON('9007199254740993')", true),
        ("fromJSON('9007199254740993') > 1", true), ("fromJSON('9007199254740993') == '9007199254740993'", true),
        ("!fromJSON('9007199254740993')", false), ("fromJSON('1000000000000000') == 1e15", true),
        ("1 == '1'", true), ("1 == true", true), ("0 == null", true), ("0 == ''", true), ("null == false", true),
        ("null == ''", true),
        ("'abc' == 'ABC'", true), ("'é' == 'É'", true), ("'\u{E9}' == 'e\u{301}'", false), ("'a' == 0", false),
        ("NaN == NaN", false),
        ("NaN != NaN", true),
        ("true == 'true'", false), ("true == '1'", true), ("'0xff' == 255", true), ("'0o10' == 8", true),
        ("' 12 ' == 12", true), ("'1e3' == 1000", true),
        ("'Infinity' == Infinity", true), ("'-Infinity' == -Infinity", true), ("1 < 2", true), ("'b' > 'A'", true),
        ("'10' < '9'", true), ("'10' < 9", false),
        ("2 >= 2", true), ("null >= 0", true), ("null < 1", true), ("false < true", true), ("NaN <= NaN", false),
        ("'a' < 1", false),
        ("'_' > 'a'", true), ("inputs.list == inputs.list", true), ("inputs.list == fromJSON('[10,20,\"x\"]')", false),
        ("inputs.object == 'Object'", false), ("inputs.object.a == inputs.object['A']", true), ("!inputs.empty", false),
        ("!null", true), ("!''", true), ("!'false'", false),
        ("!NaN", true), ("!-0", true), ("!!1", true), ("1 == 1 == 1", true), ("!true == false", true),
        ("1 < 2 == true", true), ("true || false && false", true),
        ("1 != 1 || 2 > 1", true),
    ])
    func comparisons(text: String, holds: Bool) throws { #expect(try Self.evaluate(text) == "\(holds)") }

    @Test(arguments: [
        ("'a' && 'b'", "\"b\""), ("'' || 'x'", "\"x\""), ("0 && 'x'", "0"), ("null || 0 || ''", "\"\""),
        ("inputs.nothing || 'default'", "\"default\""),
        ("1 && 2 && 3", "3"), ("false || NaN", "NaN"),
    ])
    func logicalOperatorsReturnAnOperand(text: String, json: String) throws { #expect(try Self.evaluate(text) == json) }

    @Test(arguments: [
        ("inputs.name", "\"Mona\""), ("INPUTS['NAME']", "\"Mona\""), ("inputs.missing", "null"),
        ("inputs.missing.deeper[3]", "null"),
        ("inputs.list[1]", "20"), ("inputs.list['1']", "20"), ("inputs.list[1.9]", "20"), ("inputs.list[9]", "null"),
        ("inputs.list[-1]", "null"),
        ("inputs.list[null]", "10"), ("inputs.list.x", "null"),
        ("fruits.*.name", "[ \"apple\", \"orange\", \"pear\" ]"), ("fruits.*.quantity", "[ 1, 2 ]"),
        ("fruits[*].name", "[ \"apple\", \"orange\", \"pear\" ]"),
        ("vegetables.*.colors", "[ [ \"green\", \"white\" ], [ \"purple\" ] ]"),
        ("vegetables.*.colors.*", "[ \"green\", \"white\", \"purple\" ]"),
        ("vegetables.*.colors[0]", "[ \"green\", \"purple\" ]"), ("fruits.*.tags[1]", "[ \"y\" ]"),
        ("inputs.object.*.b", "[ 1, 2 ]"), ("inputs.name.*", "[]"), ("inputs.*.*.b", "[ 1, 2 ]"),
        ("(inputs).name", "\"Mona\""),
        ("fromJSON('{\"a\":[1,{\"b\":2}]}').a[1].b", "2"), ("inputs[format('{0}', 'name')]", "\"Mona\""),
        ("inputs . name", "\"Mona\""),
    ])
    func access(text: String, json: String) throws { #expect(try Self.evaluate(text) == json) }

    @Test(arguments: [
        ("contains('Hello world', 'LLO')", "true"), ("contains('abc', '')", "true"),
        ("contains('aabaabaaab', 'AABAAAB')", "true"), ("contains('aabaabaab', 'aabaaab')", "false"),
        ("contains(inputs.list, '20')", "true"), ("contains(inputs.list, 'X')", "true"),
        ("contains(inputs.empty, 'x')", "false"), ("contains(inputs.object, 'a')", "false"),
        ("contains(fruits.*.name, 'Orange')", "true"),
        ("contains(fruits, fruits[1])", "true"), ("contains(12345, 34)", "true"),
        ("contains('x', inputs.object)", "false"),
        ("startsWith('Hello world', 'he')", "true"), ("STARTSWITH('abc', 'b')", "false"),
        ("endsWith('Hello world', 'LD')", "true"), ("endsWith('a', 'ba')", "false"),
        ("format('Hello {0} {1} {2}', 'Mona', 'the', 'Octocat')", "\"Hello Mona the Octocat\""),
        ("format('{{Hello {0} {1} {2}!}}', 'Mona', 'the', 'Octocat')", "\"{Hello Mona the Octocat!}\""),
        ("format('{0}{0}{1}', 1, null)", "\"11\""), ("format('{0}}}', 1)", "\"1}\""), ("format('{0:}', 1)", "\"1\""),
        ("format('{0} {1}', inputs.object, inputs.list)", "\"Object Array\""),
        ("format('{00}', true)", "\"true\""), ("join(fruits.*.name, ', ')", "\"apple, orange, pear\""),
        ("join(inputs.list)", "\"10,20,x\""), ("join('text', '-')", "\"text\""),
        ("join(inputs.object, '-')", "\"\""), ("join(inputs.empty, '-')", "\"\""), ("fromJSON('true')", "true"),
        ("fromJSON(' [1, 2.50, \"é\"] ')[1]", "2.5"), ("fromJSON('{\"a\": 1, \"b\": 2, \"a\": 3}').a", "3"),
        ("fromJSON(toJSON(NaN))", "NaN"), ("case(1 == 2, 'a', 2 == 2, 'b', 'c')", "\"b\""),
        ("case(false, 'a', 'c')", "\"c\""),
        ("success()", "true"), ("failure()", "false"), ("cancelled()", "false"), ("Always()", "true"),
        ("hashFiles('*.lock')", "\"\""),
    ])
    func functions(text: String, json: String) throws { #expect(try Self.evaluate(text) == json) }

    @Test func toJSONIndentsByTwoSpacesAndEscapes() throws {
        let context = ConstantContext(["x": ["a": [1, nil, ["b": "q\"\\\n\u{1}é/\u{2028}"]], "e": [:], "f": []]])
        let expected = """
            {
              "a": [
                1,
                null,
                {
                  "b": "q\\"\\\\\\n\\u0001é/\\u2028"
                }
              ],
              "e": {},
              "f": []
            }
            """
        #expect(try Expression.parse("toJSON(x)").text(in: context) == expected)
    }

    @Test(arguments: [
        ("", 1, "empty"), ("1 +", 3, "+"), ("a b", 3, "unexpected `b`"), ("foo(1)", 1, "unknown function"),
        ("contains('a')", 1, "takes 2 arguments, not 1"),
        ("success(1)", 1, "takes 0"), ("'abc", 1, "never closed"), ("(1", 1, "never closed"),
        ("a[1", 2, "never closed"), ("a.", 3, "ends where"), ("1 = 1", 3, "unexpected `=`"),
        ("\"a\"", 1, "unexpected"), ("1-2", 1, "not a number"), ("0xg", 1, "not a number"),
        ("'a'.b", 4, "unexpected `.`"), ("a.1", 3, "unexpected"), ("a..b", 3, "unexpected"),
        ("*", 1, "unexpected"), ("true(1)", 5, "unexpected"), ("a & b", 3, "unexpected `&`"), ("a ==", 5, "ends where"),
        ("contains('a',)", 14, "unexpected `)`"),
        ("case(true, 1)", 1, "case"), ("format()", 1, "takes 1 to 255"), ("é", 1, "unexpected"),
        ("a[]", 3, "unexpected `]`"), ("!", 2, "ends where"), ("(a).(b)", 5, "unexpected `(`"),
    ])
    func syntaxFaultsHaveAPlace(text: String, column: Int, message: String) throws {
        let error = try #require(throws: ExpressionError.self) { try Expression.parse(text) }
        #expect(error.position.column == column)
        #expect("\(error)".contains(message))
    }

    @Test(arguments: [
        ("format('{0}')", "more arguments"), ("format('{')", "invalid"), ("format('}')", "invalid"),
        ("format('{a}', 1)", "invalid"), ("format('{0', 1)", "invalid"),
        ("format('{0:x}', 1)", "specifiers"), ("format('{-1}', 1)", "invalid"), ("format('{256}', 1)", "invalid"),
        ("fromJSON('{')", "fromJSON"), ("fromJSON('')", "fromJSON"), ("nowhere.x", "unknown name `nowhere`"),
        ("inptus.x", "did you mean `inputs`?"), ("case(1, 2, 3)", "must be a boolean"),
    ])
    func evaluationFaults(text: String, message: String) throws {
        let error = try #require(throws: ExpressionError.self) { try Self.evaluate(text) }
        #expect("\(error)".contains(message))
    }

    @Test func searchingIsLinear() throws {
        let context = ConstantContext([
            "text": .string(String(repeating: "a", count: 60_000)),
            "search": .string(String(repeating: "a", count: 30_000) + "b"),
        ])
        #expect(try Expression.parse("contains(text, search)").evaluate(in: context) == false)
    }

    @Test func formatInFormatIsBounded() throws {
        let text = (0..<45).reduce("'0123456789'") { inner, _ in "format('{0}{0}{0}{0}', \(inner))" }
        let error = try #require(throws: ExpressionError.self) { try Self.evaluate(text) }
        #expect(error.message.contains("64 MiB"))
    }

    @Test func depthIsBounded() throws {
        _ = try Expression.parse(String(repeating: "!", count: 49) + "true")
        #expect(throws: ExpressionError.self) { try Expression.parse(String(repeating: "!", count: 50) + "true") }
        _ = try Expression.parse("a" + String(repeating: ".b", count: 49))
        #expect(throws: ExpressionError.self) { try Expression.parse("a" + String(repeating: ".b", count: 50)) }
        _ = try Expression.parse(String(repeating: "(", count: 200) + "1" + String(repeating: ")", count: 200))
        #expect(throws: ExpressionError.self) { try Expression.parse(String(repeating: "(", count: 10_000)) }
        _ = try Expression.parse(Array(repeating: "a", count: 1000).joined(separator: " || "))
        #expect(throws: ExpressionError.self) {
            try Expression.parse("'" + String(repeating: "a", count: 21_000) + "'")
        }
    }

    @Test func positionsCountLinesAndColumns() throws {
        let error = try #require(throws: ExpressionError.self) { try Expression.parse("'é' ==\n  1 1") }
        #expect(error.position.line == 2)
        #expect(error.position.column == 5)
    }

    @Test func aConditionWithoutStatusFunctionNeedsSuccess() throws {
        let failed = ConstantContext(holding: [.failure])
        #expect(try !Expression.parse("true").holds(in: failed))
        #expect(try Expression.parse("always()").holds(in: failed))
        #expect(try Expression.parse("true && (failure() || false)").holds(in: failed))
        #expect(try Expression.parse("1 == 1").holds(in: ConstantContext()))
    }

    @Test func referencesNameContextsAndProperties() throws {
        let expression = try Expression.parse("steps.load.outputs[inputs.key].x == steps['a'].outcome && env.*")
        let references = expression.references.map { ([$0.context] + $0.path).joined(separator: ".") }
        #expect(references == ["steps.load.outputs", "inputs.key", "steps.a.outcome", "env"])
        #expect(expression.references.map(\.hasComputedRest) == [true, false, false, true])
        #expect(expression.references[1].offset == 19)
    }
}
