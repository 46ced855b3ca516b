// embed-files OUTPUT ROOT...: writes a Swift file that holds every file below the roots, by its path from the root's
// parent, for the EmbedFiles plugin.
import Foundation

let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first else {
    FileHandle.standardError.write(Data("usage: embed-files OUTPUT ROOT...\n".utf8))
    exit(64)
}

var entries: [(path: String, bytes: Data)] = []
for root in arguments.dropFirst() {
    let rootURL = URL(filePath: root)
    guard let names = FileManager.default.enumerator(atPath: root) else { continue }
    for case let name as String in names {
        let url = rootURL.appending(path: name)
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory), !isDirectory.boolValue
        else { continue }
        entries.append(("\(rootURL.lastPathComponent)/\(name)", try Data(contentsOf: url)))
    }
}

var source = """
    /// The files of `hooks/` and `templates/`, by path, as they were when the product was built.
    enum EmbeddedFiles {
        static let base64ByPath: [String: String] = [

    """
for (path, bytes) in entries.sorted(by: { $0.path < $1.path }) {
    source += "        \(String(reflecting: path)): \"\(bytes.base64EncodedString())\",\n"
}
if entries.isEmpty { source += "        :\n" }
source += "    ]\n}\n"
try Data(source.utf8).write(to: URL(filePath: output), options: .atomic)
