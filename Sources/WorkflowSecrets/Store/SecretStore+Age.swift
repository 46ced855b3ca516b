internal import GitStore

/// The last generation of a store that was seen on this machine, kept outside the repository.
extension SecretStore {
    private func seenPath(_ document: StoreDocument) -> String { "\(places.seen)/\(document.id)" }

    func checkAge(of document: StoreDocument) throws {
        guard document.id.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
            throw file.damaged("its id is not one of wfrepo's")
        }
        guard let bytes = try DurableFile.read(seenPath(document)),
            let seen = Int(String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" })
        else { return }
        guard document.generation >= seen else {
            throw file.damaged("is an old copy: change \(document.generation), where \(seen) was seen here")
        }
    }

    func remember(_ document: StoreDocument) throws {
        try DurableFile.makeFolders(places.seen, mode: 0o700)
        try DurableFile.write(Array("\(document.generation)\n".utf8), to: seenPath(document), mode: 0o600)
    }
}
