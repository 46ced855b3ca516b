internal import Crypto
internal import DocumentTree
internal import Glibc

/// The work of `uses: file`: what is done with files of the step's folder, each whole or not at all.
struct FileWork {
    let parameters: Parameters
    let folder: WorkFolder
    let print: (String) -> Void

    /// The actions, as `action:` names them.
    static let actions = [
        "checksum", "compress", "convert", "copy", "delete", "extract", "move", "optimise", "validate",
    ]

    func perform() throws -> ValueMapping {
        switch try parameters.required("action") {
        case "checksum": return try checksum()
        case "validate": return try FileValidation(parameters: parameters, folder: folder).perform()
        case "extract": return try ArchiveExtraction(parameters: parameters, folder: folder).perform()
        case "compress": return try ArchiveCreation(parameters: parameters, folder: folder).perform()
        case "optimise": return try ArchiveCreation(parameters: parameters, folder: folder).optimise()
        case "convert": return try FileConversion(parameters: parameters, folder: folder).perform()
        case "copy": return try copy()
        case "move": return try move()
        case "delete": return try delete()
        case let action:
            throw Parameters.fault("action: '\(action)' is none of \(Self.actions.joined(separator: ", "))")
        }
    }

    private var overwrites: Bool { parameters.flag("overwrite") }

    private func checksum() throws -> ValueMapping {
        let path = try parameters.required("path")
        let reader = try FileReader(try folder.existing(path))
        var (sha256, sha512) = (SHA256(), SHA512())
        var size = 0
        while true {
            let piece = try reader.next()
            if piece.isEmpty { break }
            size += piece.count
            sha256.update(data: piece)
            sha512.update(data: piece)
        }
        let sum = sha256.finalize().hexadecimal
        if let expected = try parameters.text("sha256"), expected.lowercased() != sum {
            throw StepError("checksum", "\(path): its SHA-256 is \(sum), not \(expected)")
        }
        return [
            "path": .string(path), "size": .integer(size), "sha256": .string(sum),
            "sha512": .string(sha512.finalize().hexadecimal),
        ]
    }

    private func copy() throws -> ValueMapping {
        let (source, target) = try pair()
        let count = try FileTree.copy(source, to: target, replaces: overwrites)
        return ["path": .string(try parameters.required("to")), "files": .integer(count)]
    }

    private func move() throws -> ValueMapping {
        let (source, target) = try pair()
        if !overwrites, access(target, F_OK) == 0 { throw AtomicFile.exists(try parameters.required("to")) }
        if overwrites, FileTree.isFolder(target) { try FileTree.remove(target) }
        if rename(source, target) != 0 {
            guard errno == EXDEV else { throw WorkFolder.failure("move", try parameters.required("path")) }
            _ = try FileTree.copy(source, to: target, replaces: overwrites)
            try FileTree.remove(source)
        }
        try AtomicFile.syncFolder(of: target)
        try AtomicFile.syncFolder(of: source)
        return ["path": .string(try parameters.required("to"))]
    }

    private func pair() throws -> (source: String, target: String) {
        let source = try folder.existing(try parameters.required("path"))
        guard source != folder.root else { throw Parameters.fault("path: is the step's own folder") }
        let target = try folder.target(try parameters.required("to"))
        guard target != source, !target.hasPrefix(source + "/") else {
            throw Parameters.fault("to: lies in what is copied or moved")
        }
        return (source, target)
    }

    private func delete() throws -> ValueMapping {
        let path = try parameters.required("path")
        // A link itself goes, not what it leads to.
        let target = try folder.target(path)
        guard target != folder.root else { throw Parameters.fault("path: is the step's own folder") }
        var status = stat()
        guard lstat(target, &status) == 0 else {
            guard errno == ENOENT else { throw WorkFolder.failure("delete", path) }
            return ["path": .string(path), "deleted": false]
        }
        if status.st_mode & S_IFMT == S_IFDIR, !parameters.flag("recursive") {
            guard rmdir(target) == 0 else {
                guard errno == ENOTEMPTY else { throw WorkFolder.failure("delete", path) }
                throw StepError("not-empty", "\(path) is a folder with something in it; 'recursive: true' deletes it")
            }
        } else {
            try FileTree.remove(target)
        }
        try AtomicFile.syncFolder(of: target)
        return ["path": .string(path), "deleted": true]
    }
}
