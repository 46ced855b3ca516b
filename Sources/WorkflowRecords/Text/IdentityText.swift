internal import DocumentTree

/// A person's name or address as git would write it into a commit, made safe to print: `git log` shows it as it is.
///
/// Source: `strbuf_addstr_without_crud` in git's `ident.c`: white space and ``.,:;<>"\'`` are cut off at both ends;
/// `<` and `>` are dropped everywhere. git drops line breaks inside, too; here they become spaces.
func identityText(_ text: String) -> String {
    var bytes = Array(text.utf8)[...]
    while let first = bytes.first, isCrud(first) { bytes.removeFirst() }
    while let last = bytes.last, isCrud(last) { bytes.removeLast() }
    let kept = bytes.filter { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
        .map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
    return PrintableText.escape(String(decoding: kept, as: UTF8.self))
}

private func isCrud(_ byte: UInt8) -> Bool {
    byte <= 0x20 || ".,:;<>\"\\'".utf8.contains(byte)
}
