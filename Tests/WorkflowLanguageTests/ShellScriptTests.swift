import DocumentTree
import Testing
import WorkflowLanguage

@Suite struct ShellScriptTests {
    private func script(_ text: String, shell: String = "sh") throws -> ShellScript {
        let (script, faults) = ShellScript.parse(text, shell: shell)
        #expect(faults.isEmpty)
        return try #require(script)
    }

    private func quotings(_ text: String, shell: String = "sh") throws -> [ShellScript.Quoting] {
        try script(text, shell: shell).parts.compactMap {
            if case .expression(_, let quoting) = $0 { quoting } else { nil }
        }
    }

    @Test(
        arguments: [
            ("echo ${{ 1 }}", [.none]), ("echo \"a ${{ 1 }} b\" ${{ 2 }}", [.double, .none]),
            ("cat <<EOF\n${{ 1 }}\nEOF\necho ${{ 2 }}", [.hereDocument, .none]),
            ("cat <<-EOF; echo \"${{ 0 }}\"\n\t'${{ 1 }}'\n\tEOF\n${{ 2 }}", [.double, .hereDocument, .none]),
            ("cat <<A <<B\n${{ 1 }}\nA\n\"${{ 2 }}\nB\n\"${{ 3 }}\"", [.hereDocument, .hereDocument, .double]),
            ("echo \"$(echo ${{ 1 }} \"${{ 2 }}\") ${{ 3 }}\"", [.none, .double, .double]),
            ("echo \"`echo ${{ 1 }}`${{ 2 }}\"", [.none, .double]), ("# it's\n${{ 1 }}", [.none]),
            ("echo a#'b' ${{ 1 }} # ' ${{ 2 }}\n\"${{ 3 }}\"", [.none, .none, .double]),
            ("echo it\\'s ${{ 1 }}", [.none]), ("echo \"\\\"${{ 1 }}\\\"\"", [.double]),
            ("x=${y:-${{ 1 }}} z=\"${y:-${{ 2 }}}\"", [.none, .double]), ("echo \"${x#'}\" ${{ 1 }}", [.none]),
            ("echo $(( ${{ 1 }} + (2) )) ${{ 2 }}", [.arithmetic, .none]),
            ("echo \"$(case a in a) echo ${{ 1 }} ;; (b) ;; esac) ${{ 2 }}\"", [.none, .double]),
            ("x=$(echo case) y=\"${{ 1 }}\"", [.double]), ("(echo ')' ${{ 1 }}) \"${{ 2 }}\"", [.none, .double]),
            ("echo $# ${{ 1 }}", [.none]), ("echo a$\n\"${{ 1 }}\"", [.double]),
            ("grep -q 'x$' f && echo \"${{ 1 }}\"", [.double]), ("cat <<< \"${{ 1 }}\" ${{ 2 }}", [.double, .none]),
            ("a=\"\n'${{ 1 }}'\n\"", [.double]),
        ] as [(String, [ShellScript.Quoting])])
    func quotingIsFollowed(text: String, expected: [ShellScript.Quoting]) throws {
        #expect(try quotings(text) == expected)
    }

    /// A here-document is expanded as a text: what stands in `$( … )` there is code, and `$(( … ))` is calculated.
    @Test func expansionsOfAHereDocumentAreFollowed() throws {
        #expect(
            try quotings("cat <<EOF\n$(( ${{ 1 }} )) $(echo ${{ 2 }}) \"${{ 3 }}\" ${x:-${{ 4 }}}\nEOF\n${{ 5 }}")
                == [.arithmetic, .none, .hereDocument, .double, .none])
        #expect(try quotings("cat <<-E\n\t$(cat <<F\n\t${{ 1 }}\nF\n)\n\tE\n\"${{ 2 }}\"") == [.hereDocument, .double])
    }

    /// bash runs `$(command)` of a value where it calculates: Bash Reference Manual, "Shell Arithmetic".
    @Test(
        arguments: [
            ("for (( i=0; i<${{ 1 }}; i++ )); do echo ${{ 2 }}; done", [.arithmetic, .none]),
            ("for case in ${{ 1 }}; do echo \"${{ 2 }}\"; done", [.none, .double]),
            ("echo $[ a[1] + ${{ 1 }} ] ${{ 2 }}", [.arithmetic, .none]),
            (
                "echo \"${a[${{ 1 }}]}\" ${#a[${{ 2 }}]} ${!b[c[${{ 3 }}]]:-${{ 4 }}}",
                [.arithmetic, .arithmetic, .arithmetic, .none]
            ),
            (
                "echo ${x:${{ 1 }}:${{ 2 }}} \"${@: ${{ 3 }}}\" ${{ 4 }}",
                [.arithmetic, .arithmetic, .arithmetic, .none]
            ),
            (
                "echo ${a[0]:${{ 1 }}} ${x:-${{ 2 }}} ${x/:${{ 3 }}/y} ${x#[${{ 4 }}]}",
                [.arithmetic, .none, .none, .none]
            ),
            ("echo \"${x:\"${{ 1 }}\"}\" \"${{ 2 }}\"", [.arithmetic, .double]),
            ("a[${{ 1 }}]=5 b[c[0]+${{ 2 }}]+=${{ 3 }}", [.arithmetic, .arithmetic, .none]),
            ("a=([${{ 1 }}]=x ${{ 2 }})", [.arithmetic, .none]), ("ls f[${{ 1 }}]* [ -n ${{ 2 }} ]", [.none, .none]),
            ("[ ${{ 1 }} = a ] && [[ ${{ 2 }} == b ]]", [.none, .none]),
        ] as [(String, [ShellScript.Quoting])])
    func bashCalculatesInMorePlaces(text: String, expected: [ShellScript.Quoting]) throws {
        #expect(try quotings(text, shell: "bash") == expected)
    }

    @Test func bashHasMoreQuotes() throws {
        #expect(try quotings("((x = ${{ 1 }}))", shell: "bash") == [.arithmetic])
        #expect(try quotings("echo $'it\\'s' \"${{ 1 }}\"", shell: "/bin/bash") == [.double])
        #expect(try quotings("echo $\"a ${{ 1 }}\"", shell: "bash") == [.double])
    }

    @Test(arguments: [
        ("echo '${{ 1 }}'", "sh", "single quotes", 11), ("cat <<'EOF'\n${{ 1 }}\nEOF", "sh", "here-document", 5),
        ("cat <<\\EOF\n${{ 1 }}\nEOF", "sh", "here-document", 5),
        ("cat <<\"E\"\n${{ 1 }}\nE", "sh", "here-document", 5),
        ("echo $'${{ 1 }}'", "bash", "single quotes", 12), ("echo \\${{ 1 }}", "sh", "backslash", 11),
        ("echo \"\\${{ 1 }}\"", "sh", "backslash", 12), ("echo $${{ 1 }}", "sh", "`$`", 11),
        ("cat <<${{ 1 }}\nx", "sh", "delimiter", 11), ("print(${{ 1 }})", "python3", "no shell", 11),
        ("awk '{ print \"${{ 1 }}\" }'", "sh", "single quotes", 19),
    ])
    func whereTheShellWouldNotReplaceItIsAFault(text: String, shell: String, message: String, column: Int) throws {
        let (script, faults) = ShellScript.parse(text, shell: shell)
        #expect(script == nil)
        let fault = try #require(faults.first)
        #expect(faults.count == 1)
        #expect(fault.message.contains(message))
        #expect(fault.position.column == column)
        #expect(fault.hint?.contains("env: {VALUE:") ?? false)
    }

    @Test func otherLanguagesTakeScriptsWithoutExpressions() throws {
        let rendering = try script("print('{{ x }} $HOME')", shell: "python3").render(in: ConstantContext())
        #expect(rendering.text == "print('{{ x }} $HOME')")
        #expect(rendering.environment.isEmpty)
    }

    @Test func anExpressionBecomesAVariable() throws {
        let script = try script("echo ${{ inputs.a }} \"${{ inputs.b }}\" ${{ inputs.a }}")
        let rendering = try script.render(in: ConstantContext(["inputs": ["a": "x; rm -rf /", "b": 3]]))
        #expect(rendering.text == "echo \"${WFREPO_EXPR_1}\" \"${WFREPO_EXPR_2}\" \"${WFREPO_EXPR_1}\"")
        #expect(rendering.environment == ["WFREPO_EXPR_1": "x; rm -rf /", "WFREPO_EXPR_2": "3"])
        #expect(rendering.files.isEmpty)
    }

    @Test func aValueWithNULIsAnError() throws {
        let script = try script("echo ${{ inputs.a }}")
        let error = try #require(throws: ExpressionError.self) {
            try script.render(in: ConstantContext(["inputs": ["a": "x\0y"]]))
        }
        #expect(error.message.contains("NUL"))
    }

    @Test(arguments: [("42", true), ("-7", true), ("a[$(id)]", false), ("", false), ("1+1", false), ("--1", false)])
    func onlyWholeNumbersAreCalculatedWith(value: String, isAllowed: Bool) throws {
        let script = try script("echo $(( ${{ inputs.a }} + 1 ))")
        let context = ConstantContext(["inputs": ["a": .string(value)]])
        if isAllowed {
            #expect(try script.render(in: context).text == "echo $(( ${WFREPO_EXPR_1} + 1 ))")
        } else {
            #expect(throws: ExpressionError.self) { try script.render(in: context) }
        }
    }
}
