internal import DocumentTree
internal import GitStore

/// The work of `uses: notify`: tells somebody, by mail, through a webhook or a command.
///
/// That nobody could be told fails the step only where `critical: true` says so. Notices are counted by channel, so that a
/// loop that fails does not flood anybody.
struct NotifyWork {
    let parameters: Parameters
    let folder: WorkFolder
    /// The folder that remembers when what was sent; nil counts nothing.
    let state: String?
    /// Who speaks.
    let request: Value
    /// What a webhook's request depends on besides.
    let http: HTTPSurroundings
    /// What the programs that tell somebody are started with.
    let environment: [String: String]
    /// Seconds since 1970.
    let now: Int
    let print: (String) -> Void

    func perform() throws -> ValueMapping {
        let text = try parameters.required("text")
        let channels = ["mail", "webhook", "command"].filter { parameters[$0] != nil }
        guard channels.count == 1, let channel = channels.first else {
            throw Parameters.fault("mail, webhook, command: exactly one of them must be there")
        }
        guard try mayBeSent(channel) else {
            return ["sent": false, "reason": "more notices than 'limit' allows were sent within an hour"]
        }
        do throws(StepError) {
            switch channel {
            case "mail": try mail(text)
            case "webhook": try post(text)
            default: try run(text)
            }
            return ["sent": true]
        } catch {
            guard !parameters.flag("critical"), !["parameters", StepError.forbiddenKind].contains(error.kind) else {
                throw error
            }
            return ["sent": false, "reason": .string(error.message)]
        }
    }

    private func run(_ text: String) throws(StepError) {
        let command = try parameters.required("command")
        var call = ProgramCall(
            arguments: ["/bin/sh", "-c", command], environment: environment, directory: folder.root,
            input: Array(text.utf8) + [0x0A])
        call.outputLimit = 1 << 16
        try finish(call, "the command")
    }

    private func mail(_ text: String) throws(StepError) {
        let message = try MailMessage(
            from: parameters.text("from"), to: parameters.texts("mail"),
            subject: parameters.text("subject") ?? "wfrepo",
            text: text, key: http.idempotencyKey, seconds: now)
        let program = try parameters.text("sendmail") ?? "/usr/sbin/sendmail"
        let call = ProgramCall(
            arguments: [program, "-t", "-i"], environment: environment, directory: folder.root,
            input: message.bytes)
        try finish(call, program)
    }

    /// Posts what a chat service takes, the event, or the author's own JSON.
    private func post(_ text: String) throws(StepError) {
        let content: Value
        if let own = parameters["json"] {
            content = own
        } else if try parameters.text("form") == "event" {
            content = [
                "text": .string(text), "workflow": request["workflow"] ?? .null, "run": request["run"] ?? .null,
                "step": request["step"] ?? .null, "attempt": request["attempt"] ?? .null,
                "correlation_id": request["correlation_id"] ?? .null,
            ]
        } else {
            content = ["text": .string(text)]
        }
        let call: ValueMapping = [
            "url": parameters["webhook"] ?? .null, "json": content, "headers": parameters["headers"] ?? .null,
            "timeout": "30s", "response": "none",
        ]
        do {
            _ = try HTTPWork(parameters: Parameters(.mapping(call)), folder: folder, surroundings: http).perform()
        } catch let error as StepError {
            let prefix = "with.url: "
            guard error.message.hasPrefix(prefix) else { throw error }
            throw StepError(error.kind, "with.webhook: " + error.message.dropFirst(prefix.count))
        } catch {
            throw StepError("notify", "\(error)")
        }
    }

    private func finish(_ call: ProgramCall, _ name: String) throws(StepError) {
        let outcome: ProgramCall.Outcome
        do throws(EngineError) {
            outcome = try call.runBlocking(for: .seconds(60)) { bytes in
                print(String(decoding: bytes, as: UTF8.self))
            }
        } catch {
            throw StepError("notify", error.description)
        }
        guard !outcome.wasStopped else { throw StepError("timeout", "\(name) took longer than a minute") }
        guard outcome.exit == 0 else {
            throw StepError("notify", "\(name) failed" + (outcome.exit.map { " with status \($0)" } ?? ""))
        }
    }

    /// Whether there is room for one more notice of this channel within the last hour; if so, it is counted.
    private func mayBeSent(_ channel: String) throws -> Bool {
        let limit = try parameters.integer("limit", default: 20, in: 1...10_000)
        guard let state else { return true }
        try DurableFile.makeFolders(state, mode: 0o700)
        let path = "\(state)/\(Self.name(of: try parameters.texts(channel).joined(separator: ",")))"
        return try FileLock.holding(path + ".lock") {
            let text = String(decoding: try DurableFile.read(path) ?? [], as: UTF8.self)
            let recent = text.split(separator: "\n").compactMap { Int($0) }.filter { $0 > now - 3600 && $0 <= now }
            guard recent.count < limit else { return false }
            let lines = (recent + [now]).map { "\($0)\n" }.joined()
            try DurableFile.write(Array(lines.utf8), to: path, mode: 0o600)
            return true
        }
    }

    private static func name(of channel: String) -> String {
        // FNV-1a: short, and the same in every process.
        let hash = channel.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
