import DocumentTree

// How values of a definition read in a sentence about a difference.

extension Value {
    /// The value in one line, without quotes around a text.
    var words: String { (string ?? canonicalText).clipped }
}

extension Duration {
    /// The duration as a definition has it: `1m30s`, `250ms`.
    var words: String {
        let (seconds, fraction) = components
        var rest = seconds * 1000 + fraction / 1_000_000_000_000_000
        if rest == 0 { return "0s" }
        var text = ""
        for (unit, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
            if rest >= size { text += "\(rest / size)\(unit)" }
            rest %= size
        }
        return text
    }
}

extension Template {
    /// The text as it is written, but for white space around expressions.
    var words: String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .expression(let expression): "${{ \(expression.words) }}"
            }
        }.joined()
    }
}

extension Expression {
    /// The expression without white space around it.
    var words: String {
        let text = source.drop(while: \.isWhitespace)
        return String(text.prefix(text.count - text.reversed().prefix(while: \.isWhitespace).count))
    }
}

extension FailureClass {
    /// The class as a definition has it.
    var words: String {
        switch self {
        case .timeout: "timeout"
        case .exit(let statuses): "exit \(statuses.map(String.init).joined(separator: ", "))"
        case .limit: "limit"
        case .http5xx: "http-5xx"
        case .http429: "http-429"
        case .circuitOpen: "circuit-open"
        case .network: "network"
        }
    }
}

extension Work {
    /// What the step is: `run` or the name of a kind.
    var words: String {
        switch self {
        case .shell: "run"
        case .kind(let name, _): name.description
        }
    }
}
