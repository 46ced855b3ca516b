/// A fault that libyaml found, in words for a person, at the place where that person has to look.
struct SyntaxFault {
    var message: String
    var hint: String?
    var position: SourcePosition

    /// Rewrites libyaml's `problem`, found at `position` in `context`, which began at `contextPosition`.
    init(
        problem: String, context: String, position: SourcePosition, contextPosition: SourcePosition, text: SourceText
    ) {
        let next = text.bytes[min(position.offset, text.bytes.count)...].first
        self.position = position
        switch problem {
        case "mapping values are not allowed in this context":
            message = "a `:` is not allowed here"
            hint = "put a text with `: ` in it into quotes; or is this line indented too far?"
        case "could not find expected ':'":
            message = "this line is neither `key: value` nor part of what stands above"
            hint = "a key needs a `:` and a space behind it, on the same line"
            self.position = contextPosition
        case "did not find expected key":
            message = "expected a key here, indented like the other keys of the mapping at line \(contextPosition.line)"
            hint = "check the indentation of this line and the quotes above it"
        case "did not find expected '-' indicator":
            message = "expected `- ` here, indented like the other items of the list at line \(contextPosition.line)"
            hint = "check the indentation of this line"
        case "block sequence entries are not allowed in this context":
            message = "a list item `- ` is not allowed here"
            hint = "start the list on a line of its own, below its key"
        case "mapping keys are not allowed in this context":
            message = "a key is not allowed here"
        case "did not find expected ',' or ']'":
            message = "the list that starts at \(contextPosition) with `[` goes on without `,` or `]` here"
        case "did not find expected ',' or '}'":
            message = "the mapping that starts at \(contextPosition) with `{` goes on without `,` or `}` here"
        case "found unexpected end of stream":
            message = "the quoted text that starts here is never closed"
            self.position = contextPosition
        case "found unexpected document indicator":
            message = "the quoted text that starts here is not closed before the next document"
            self.position = contextPosition
        case "found character that cannot start any token" where next == UInt8(ascii: "\t"):
            message = "a tab is used for indentation"
            hint = "YAML allows spaces only"
        case "found character that cannot start any token":
            let character = text.string(position.offset..<(position.offset + 4)).unicodeScalars.first ?? " "
            message = "a value can't start with `\(character)`"
            hint = "put the value into quotes"
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            message = "a tab is used for indentation"
            hint = "YAML allows spaces only"
        case "found unknown escape character", "did not find expected hexdecimal number",
            "found invalid Unicode character escape code":
            message = "this escape in double quotes is not one that YAML knows"
            hint = #"write \\ for a backslash, or use single quotes"#
        case "found undefined tag handle":
            message = "this tag's prefix is not declared"
        case "did not find expected alphabetic or numeric character":
            message = "a name is missing behind `\(context.contains("alias") ? "*" : "&")`"
            hint = "put a text that starts with `*` or `&` into quotes"
            self.position = contextPosition
        case "did not find expected node content":
            message = "expected a value here"
        case "did not find expected <document start>":
            message = "the document ended above; this line starts another without `---`"
            hint = "check the indentation of this line"
        case "found unexpected ':'":
            message = "a `:` is not allowed in a plain text between brackets"
            hint = "put the text into quotes"
        case "did not find expected comment or line break" where context.contains("block scalar"):
            message = "only a comment may follow `|` or `>` on its line"
        case "found an indentation indicator equal to 0":
            message = "the indentation of a block text must be 1 to 9"
        case _ where problem.hasPrefix("Maximum nesting level"):
            message = "collections are nested too deep"
        default:
            message = context.isEmpty ? problem : "\(problem) \(context)"
        }
    }
}
