import DocumentTree
import Glibc

/// A stream of text for a person or a script: buffered, coloured only where asked.
///
/// Text that came from a file, a repository or a step goes through `visible(_:)` first, so that it can't send control
/// sequences to the terminal.
final class TextOutput {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    /// Whether styles are written.
    var isColored: Bool
    /// The first error of a write: EPIPE when a pager was left, ENOSPC on a full disk.
    private(set) var failure: Int32?

    init(descriptor: Int32, isColored: Bool) {
        self.descriptor = descriptor
        self.isColored = isColored
    }

    deinit { flush() }

    func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= 1 << 16 { flush() }
    }

    func write(bytes: some Sequence<UInt8>) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= 1 << 16 { flush() }
    }

    func writeLine(_ text: String = "") {
        write(text)
        write("\n")
    }

    /// Hands everything to the system.
    func flush() {
        var start = 0
        while start < buffer.count, failure == nil {
            let written = buffer[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                failure = errno
            } else {
                start += written
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// `text` in a style, where this output is coloured.
    func styled(_ text: String, _ styles: Style...) -> String {
        guard isColored, !styles.isEmpty else { return text }
        return "\u{1B}[\(styles.map(\.rawValue).joined(separator: ";"))m\(text)\u{1B}[0m"
    }
}

/// A way to show a text on a terminal (ECMA-48, select graphic rendition).
enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case magenta = "35"
    case cyan = "36"
}

/// `text` with line feeds and tabs as they are and all else that is unsafe to print made visible.
func visible(_ text: String) -> String {
    PrintableText.escape(text, keepsLines: true, keepsTabs: true)
}

/// `text` on one line, with all that is unsafe to print made visible.
func visibleLine(_ text: String) -> String {
    // Of a table most cells are plain.
    guard text.utf8.contains(where: { $0 < 0x20 }) else { return PrintableText.escape(text) }
    return PrintableText.escape(text.replacing("\r\n", with: " ").replacingScalars(["\n": " ", "\t": " "]))
}
