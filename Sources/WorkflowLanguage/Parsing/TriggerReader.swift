import DocumentTree

/// Reads what starts a workflow.
struct TriggerReader {
    func triggers(_ node: Node?, _ reader: inout NodeReader) -> [Trigger] {
        guard let node else { return [] }
        var triggers: [Trigger] = []
        if let entries = node.entries {
            for entry in entries {
                guard let event: Trigger.Event = reader.choice(entry.key) else { continue }
                triggers.append(trigger(event, entry.value, &reader))
                warnIfIdle(event, at: entry.key, &reader)
            }
        } else {
            for item in node.items ?? [node] {
                guard let event: Trigger.Event = reader.choice(item) else { continue }
                if event == .schedule || event == .workflow {
                    reader.report(
                        .rule, at: item, "`\(event.rawValue)` needs to say more",
                        hint: "write `on: {\(event.rawValue): …}`")
                }
                triggers.append(Trigger(event))
                warnIfIdle(event, at: item, &reader)
            }
        }
        return triggers
    }

    private func warnIfIdle(_ event: Trigger.Event, at node: Node, _ reader: inout NodeReader) {
        guard Trigger.Event.dormant.contains(event) else { return }
        reader.report(
            .idleTrigger, at: node, "nothing fires `\(event.rawValue)` yet: it starts no run",
            hint: "start it with `wfrepo run`", severity: .warning)
    }

    private func trigger(_ event: Trigger.Event, _ node: Node, _ reader: inout NodeReader) -> Trigger {
        var trigger = Trigger(event)
        switch event {
        case .commit, .push:
            trigger.branches = reader.texts(node["branches"])
            trigger.paths = reader.texts(node["paths"])
        case .event: trigger.names = reader.texts(node)
        case .workflow:
            trigger.names = reader.texts(node["names"])
            trigger.statuses = reader.texts(node["status"])
        case .schedule:
            trigger.schedules = (node.items ?? []).compactMap { item in
                guard let line = item["cron"], let cron = reader.text(line) else { return nil }
                if let fault = CronLine.fault(in: cron) {
                    reader.report(.rule, at: line, fault, hint: "see crontab(5): `0 2 * * *` is every night at two")
                }
                return Trigger.Schedule(cron: cron, timeZone: reader.text(item["timezone"]))
            }
        case .webhook: break
        }
        return trigger
    }
}
