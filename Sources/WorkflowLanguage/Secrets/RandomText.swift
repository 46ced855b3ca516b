import Glibc

/// Tells texts that look random from words, numbers, hashes, UUIDs, paths and names of images.
enum RandomText {
    /// Where in the text, in UTF-8 bytes, something starts that looks random; nil where nothing does.
    ///
    /// - Parameter name: What the text is the value of: less is needed where that is called a password or a token.
    static func first(in text: String, underName name: String) -> Int? {
        let bytes = Array(text.utf8)
        let isSensitive = isSensitive(name)
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: "{{".utf8) {
                // An expression is no clear text.
                while index < bytes.count, !bytes[index...].starts(with: "}}".utf8) { index += 1 }
                index += 2
                continue
            }
            guard isPart(bytes[index]) else {
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, isPart(bytes[index]) { index += 1 }
            let token = bytes[start..<index]
            if isPublic(token, behind: bytes[..<start]) { continue }
            if isSensitive ? looksLikePassword(token) : looksRandom(token) { return start }
        }
        return passwordInURL(bytes)
    }

    /// Whether what is called so is a credential.
    private static func isSensitive(_ name: String) -> Bool {
        let upper = String(name.uppercased().map { $0 == "-" ? "_" : $0 })
        let endings = [
            "PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "API_KEY", "APIKEY", "ACCESS_KEY", "PRIVATE_KEY",
            "CREDENTIAL",
            "CREDENTIALS", "SECRET_KEY", "AUTH",
        ]
        return endings.contains { upper == $0 || upper.hasSuffix("_" + $0) || (upper.hasSuffix($0) && $0.count > 5) }
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        TokenShape.Alphabet.alphanumeric.contains(byte) || "_-+/=.!@#%^*~".utf8.contains(byte)
    }

    /// What is enough beside a name that says password: letters and digits mixed within a word.
    private static func looksLikePassword(_ token: ArraySlice<UInt8>) -> Bool {
        guard token.count >= 10, token.first != UInt8(ascii: "/"), token.first != UInt8(ascii: ".") else {
            return false
        }
        if !isPath(token), token.count >= 32, entropy(token) >= 3.5, hasDigitAndLetter(token) { return true }
        let words = token.split { "_-./@".utf8.contains($0) }
        return entropy(token) >= 2.5 && words.contains { hasDigitAndLetter($0) && $0.count >= 6 }
    }

    /// What is enough anywhere: long, of high entropy, and jumping between kinds of characters as words don't.
    private static func looksRandom(_ token: ArraySlice<UInt8>) -> Bool {
        if !isPath(token), token.count >= 32, isRandomWord(token.filter { !"+/=_-".utf8.contains($0) }[...]) {
            return true
        }
        return token.split { "/.@#%^*!~".utf8.contains($0) }.contains { isRandomWord($0) }
    }

    private static func isRandomWord(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.count >= 20, !isHexadecimal(word), hasDigitAndLetter(word) else { return false }
        let classes = word.map(characterClass)
        let jumps = zip(classes, classes.dropFirst()).count { $0 != $1 }
        let share = Double(jumps) / Double(classes.count - 1)
        let hasBothCases = classes.contains(.upper) && classes.contains(.lower)
        return hasBothCases ? share >= 0.38 && entropy(word) >= 3.7 : share >= 0.34 && entropy(word) >= 3.5
    }

    private enum CharacterClass {
        case lower, upper, digit, other
    }

    private static func characterClass(_ byte: UInt8) -> CharacterClass {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): .lower
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): .upper
        case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
        default: .other
        }
    }

    private static func hasDigitAndLetter(_ word: some Sequence<UInt8>) -> Bool {
        let classes = Set(word.map(characterClass))
        return classes.contains(.digit) && (classes.contains(.lower) || classes.contains(.upper))
    }

    /// Public keys, fingerprints and integrity hashes look random and are no secrets.
    private static func isPublic(_ token: ArraySlice<UInt8>, behind text: ArraySlice<UInt8>) -> Bool {
        let starts = ["AAAAB3Nza", "AAAAC3Nza", "AAAAE2VjZ", "sha256-", "sha384-", "sha512-"]
        return starts.contains { token.starts(with: $0.utf8) } || text.suffix(7).elementsEqual("SHA256:".utf8)
    }

    /// Hashes, digests and UUIDs are no secrets.
    private static func isHexadecimal(_ word: ArraySlice<UInt8>) -> Bool {
        let digits = word.starts(with: "0x".utf8) ? word.dropFirst(2) : word
        return digits.allSatisfy { TokenShape.Alphabet.hexadecimal.contains($0) || $0 == UInt8(ascii: "-") }
    }

    /// Whether parts between slashes are words.
    private static func isPath(_ token: ArraySlice<UInt8>) -> Bool {
        guard token.contains(UInt8(ascii: "/")) else { return false }
        return token.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .contains {
                $0.isEmpty || $0.count > 2 && $0.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            }
    }

    /// `scheme://user:password@host`.
    private static func passwordInURL(_ bytes: [UInt8]) -> Int? {
        var rest = bytes[...]
        while let colon = rest.indices.first(where: { rest[$0...].starts(with: "://".utf8) }) {
            let authority = bytes[(colon + 3)...].prefix { !"/ \t\n\"'?".utf8.contains($0) }
            rest = bytes[(colon + 3)...]
            guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
                let separator = authority[..<at].firstIndex(of: UInt8(ascii: ":"))
            else { continue }
            let password = authority[(separator + 1)..<at]
            if password.count >= 6, !password.contains(where: { "${}<>*".utf8.contains($0) }),
                !password.elementsEqual(authority[..<separator])
            {
                return separator + 1
            }
        }
        return nil
    }

    /// Shannon's entropy in bits a character.
    private static func entropy(_ word: ArraySlice<UInt8>) -> Double {
        var counts: [UInt8: Int] = [:]
        for byte in word { counts[byte, default: 0] += 1 }
        return counts.values.reduce(0) { sum, count in
            let share = Double(count) / Double(word.count)
            return sum - share * log2(share)
        }
    }
}
