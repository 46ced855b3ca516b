internal import DocumentTree

/// What a step writes to the file that `$WFREPO_OUTPUT` names.
///
/// Each line is one of `key=value`; `key<<DELIMITER`, followed by the lines of the value and the delimiter on a line of
/// its own (GitHub Actions' `GITHUB_OUTPUT`); or a JSON object, whose members become outputs with their types. Empty lines
/// are left aside. A later value replaces an earlier one.
///
/// Source: GitHub documentation, "Workflow commands for GitHub Actions", environment files and multiline strings.
enum OutputFile {
    /// Reads the file's bytes.
    /// - Throws: `StepError` of the class `outputs`, with the number of the line that is wrong.
    static func parse(_ bytes: [UInt8]) throws(StepError) -> ValueMapping {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw StepError("outputs", "$WFREPO_OUTPUT is not UTF-8")
        }
        var outputs = ValueMapping()
        var lines = Lines(text)
        while let line = lines.next() {
            if line.allSatisfy(\.isWhitespace) { continue }
            if line.first == "{" {
                for (key, value) in try object(line, number: lines.number) { outputs[key] = value }
                continue
            }
            // By bytes: a mark that is followed by an accent or the like is one character with it.
            let equals = line.utf8.firstIndex(of: UInt8(ascii: "="))
            let marker = line.marker
            if let marker, equals.map({ marker.lowerBound < $0 }) ?? true {
                let key = try self.key(line[..<marker.lowerBound], number: lines.number)
                outputs[key] = .string(try lines.block(until: line[marker.upperBound...], key: key))
            } else if let equals {
                let key = try self.key(line[..<equals], number: lines.number)
                outputs[key] = .string(String(line[line.utf8.index(after: equals)...]))
            } else {
                throw StepError(
                    "outputs",
                    "$WFREPO_OUTPUT, line \(lines.number): neither key=value nor key<<DELIMITER nor a JSON object")
            }
        }
        return outputs
    }

    private static func key(_ text: Substring, number: Int) throws(StepError) -> String {
        guard !text.isEmpty, !text.contains(where: { $0.isWhitespace }) else {
            throw StepError("outputs", "$WFREPO_OUTPUT, line \(number): a key is empty or has white space in it")
        }
        return String(text)
    }

    private static func object(_ line: Substring, number: Int) throws(StepError) -> [(key: String, value: Value)] {
        do {
            return try Value(json: String(line)).mapping?.entries ?? []
        } catch {
            throw StepError("outputs", "$WFREPO_OUTPUT, line \(number): not a JSON object: \(error)")
        }
    }

    /// The lines of a text, counted from 1.
    private struct Lines {
        private var rest: ArraySlice<Substring>
        private(set) var number = 0

        init(_ text: String) {
            rest = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }[...]
        }

        mutating func next() -> Substring? {
            guard let line = rest.popFirst() else { return nil }
            number += 1
            return line
        }

        mutating func block(until delimiter: Substring, key: String) throws(StepError) -> String {
            let start = number
            guard !delimiter.isEmpty else {
                throw StepError("outputs", "$WFREPO_OUTPUT, line \(start): no delimiter behind \(key)<<")
            }
            var lines: [Substring] = []
            while let line = next() {
                if line.utf8.elementsEqual(delimiter.utf8) { return lines.joined(separator: "\n") }
                lines.append(line)
            }
            throw StepError("outputs", "$WFREPO_OUTPUT, line \(start): \(key)<<\(delimiter) is never closed")
        }
    }
}

extension Substring {
    /// The first place of `<<`.
    fileprivate var marker: Range<Index>? {
        let less = UInt8(ascii: "<")
        guard
            let start = utf8.indices.first(where: { index in
                utf8[index] == less && utf8[utf8.index(after: index)...].first == less
            })
        else { return nil }
        return start..<utf8.index(start, offsetBy: 2)
    }
}
