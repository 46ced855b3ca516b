/// A well-known shape of credentials: a prefix, and behind it enough characters of an alphabet.
///
/// Source: the issuers' documentation of their formats.
struct TokenShape {
    /// What it is, with its article.
    let name: String
    /// What it starts with.
    let prefix: String
    /// The characters behind the prefix.
    let alphabet: Alphabet
    /// How many there must be.
    let counts: ClosedRange<Int>
    /// What must stand somewhere behind the prefix.
    var requires: String?

    enum Alphabet {
        case upper, alphanumeric, word, wordWithDashes, dotted, base64, hexadecimal, line

        func contains(_ byte: UInt8) -> Bool {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            let isLetter = isUpper || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            return switch self {
            case .upper: isUpper || isDigit
            case .alphanumeric: isLetter || isDigit
            case .word: isLetter || isDigit || byte == UInt8(ascii: "_")
            case .wordWithDashes: isLetter || isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            case .dotted: isLetter || isDigit || "_-.".utf8.contains(byte)
            case .base64: isLetter || isDigit || "+/=%_-".utf8.contains(byte)
            case .hexadecimal: isDigit || (0x61...0x66).contains(byte | 0x20)
            case .line: (0x20...0x7E).contains(byte)
            }
        }
    }

    private static func shapes(
        _ name: String, _ prefixes: [String], _ alphabet: Alphabet, _ counts: ClosedRange<Int>, requires: String? = nil
    ) -> [TokenShape] {
        prefixes.map { TokenShape(name: name, prefix: $0, alphabet: alphabet, counts: counts, requires: requires) }
    }

    static let all: [TokenShape] = [
        shapes("an AWS access key", ["AKIA", "ASIA", "ABIA", "ACCA"], .upper, 16...16),
        shapes("a GitHub token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], .alphanumeric, 36...255),
        shapes("a GitHub token", ["github_pat_"], .word, 22...255),
        shapes(
            "a GitLab token", ["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-"], .dotted, 20...255),
        shapes(
            "a Slack token", ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-"], .wordWithDashes, 10...255),
        shapes("a Slack webhook", ["hooks.slack.com/services/"], .base64, 30...255),
        shapes("a Stripe key", ["sk_live_", "rk_live_", "sk_test_", "rk_test_", "whsec_"], .alphanumeric, 16...255),
        shapes("a Google API key", ["AIza"], .wordWithDashes, 35...39),
        shapes("a Google OAuth secret", ["GOCSPX-"], .wordWithDashes, 20...255),
        shapes("a Google OAuth token", ["ya29."], .wordWithDashes, 20...2048),
        shapes("an npm token", ["npm_"], .alphanumeric, 36...36),
        shapes("a PyPI token", ["pypi-AgE"], .wordWithDashes, 50...2048),
        shapes("a Docker token", ["dckr_pat_", "dckr_oat_"], .wordWithDashes, 20...255),
        shapes("a SendGrid key", ["SG."], .dotted, 60...80, requires: "."),
        shapes("a Vault token", ["hvs.", "hvb.", "hvr."], .wordWithDashes, 24...255),
        shapes("a DigitalOcean token", ["dop_v1_", "doo_v1_", "dor_v1_"], .hexadecimal, 64...64),
        shapes("a Shopify token", ["shpat_", "shpca_", "shppa_", "shpss_"], .hexadecimal, 32...32),
        shapes("a Databricks token", ["dapi"], .hexadecimal, 32...32),
        shapes("an API key", ["sk-"], .wordWithDashes, 40...255),
        shapes("an Azure key", ["AccountKey=", "SharedAccessKey=", "SharedAccessSignature="], .base64, 40...255),
        shapes("a JSON Web Token", ["eyJ"], .dotted, 30...8192, requires: ".eyJ"),
        shapes("an age key", ["AGE-SECRET-KEY-1"], .upper, 58...58),
        shapes("a private key", ["-----BEGIN "], .line, 16...80, requires: "PRIVATE KEY"),
        shapes("a private key", ["PuTTY-User-Key-File-"], .line, 1...200),
    ].flatMap { $0 }

    /// A token that was found.
    struct Token {
        var shape: TokenShape
        var bytes: Range<Int>
    }

    private static let byFirstByte = Dictionary(grouping: all) { $0.prefix.utf8.first ?? 0 }

    /// The tokens of all shapes in a text, in order.
    static func tokens(in bytes: [UInt8]) -> [Token] {
        var found: [Token] = []
        var index = 0
        while index < bytes.count {
            let candidates = byFirstByte[bytes[index]] ?? []
            if let token = candidates.lazy.compactMap({ $0.token(at: index, in: bytes) }).first {
                found.append(token)
                index = token.bytes.upperBound
            } else {
                index += 1
            }
        }
        return found
    }

    private func token(at index: Int, in bytes: [UInt8]) -> Token? {
        guard bytes[index...].starts(with: prefix.utf8) else { return nil }
        // Not in the middle of a word: `task-…` is no `sk-…`.
        if index > 0, Alphabet.word.contains(bytes[index - 1]), Alphabet.word.contains(bytes[index]) { return nil }
        let start = index + prefix.utf8.count
        let body = bytes[start...].prefix { alphabet.contains($0) }
        guard counts.contains(body.count), !body.allSatisfy({ $0 | 0x20 == UInt8(ascii: "x") }) else { return nil }
        if let requires, !String(decoding: body, as: UTF8.self).contains(requires) { return nil }
        return Token(shape: self, bytes: index..<body.endIndex)
    }
}
