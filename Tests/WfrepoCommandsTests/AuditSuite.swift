import Foundation
import Testing

/// What the suites of the audit have in common: they read what it was told.
protocol AuditSuite {}

extension AuditSuite {
    /// The lines that wait and those in git, each as `event workflow source`, in the order of writing.
    func told(_ sandbox: Sandbox) throws -> [String] {
        try sandbox.succeed("wfrepo audit fold >/dev/null")
        let lines = try sandbox.succeed(
            """
            git for-each-ref --format='%(refname)' refs/notes/wfrepo/audit/ | while read -r ref; do
                git log --reverse --format=%B $ref | grep -E '^[0-9A-Z]{26} ' | while read -r id event commit; do
                    git notes --ref=$ref show $commit | grep -F "{\\"id\\":\\"$id\\","
                done
            done
            """)
        return try lines.split(separator: "\n").map { line in
            let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let source = event["source"] as? [String: Any]
            return [event["event"], event["workflow"], source?["name"]].compactMap { $0 as? String }
                .joined(separator: " ")
        }
    }
}
