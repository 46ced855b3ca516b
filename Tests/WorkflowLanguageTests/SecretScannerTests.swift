import DocumentTree
import Testing
import WorkflowLanguage

@Suite struct SecretScannerTests {
    private func findings(_ text: String) -> [Problem] { SecretScanner.findings(in: Array(text.utf8), file: "f.yaml") }

    /// The parts of each token stand apart, so that this file holds none.
    private static let tokens = [
        ("AKIA", "IOSFODNN7EXAMPLE", "an AWS access key"),
        ("ghp_", "0123456789abcdefghijABCDEFGHIJ012345", "a GitHub token"),
        ("ghp_", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a GitHub token"),
        ("github_pat_", "11ABCDEFG0abcdefghijkl_0123456789", "a GitHub token"),
        ("glpat-", "abcdefghij0123456789", "a GitLab token"),
        ("xoxb-", "123456789012-abcdefghijkl", "a Slack token"),
        ("sk_live_", "abcdefghijklmnop12345678", "a Stripe key"),
        ("AIza", "SyA0123456789abcdefghijklmnopqrstuvw", "a Google API key"),
        ("npm_", "abcdefghijklmnopqrstuvwxyz0123456789", "an npm token"),
        ("-----BEGIN ", "RSA PRIVATE KEY-----", "a private key"),
        ("-----BEGIN ", "OPENSSH PRIVATE KEY-----", "a private key"),
        ("eyJ", "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "a JSON Web Token"),
    ]

    @Test(arguments: tokens)
    func wellKnownTokensAreFoundEverywhere(prefix: String, rest: String, name: String) throws {
        for text in [
            "steps:\n  - run: |\n      use \(prefix)\(rest)\n", "steps: [{run: a, env: {X: \"\(prefix)\(rest)\"}}]",
            "# \(prefix)\(rest)\nsteps: [{run: a}]",
        ] {
            let found = findings(text)
            #expect(found.count == 1)
            let problem = try #require(found.first)
            #expect(problem.code == .secret)
            #expect(problem.message.contains(name))
            #expect(!problem.description.contains(rest))
        }
    }

    /// YAML 1.2, section 5.4: a line ends with LF, CR, or both.
    @Test(arguments: ["\n", "\r", "\r\n"])
    func linesAreCountedAsYAMLDoes(lineBreak: String) throws {
        let text = ["# first", "steps:", "  - run: use AKIA" + "IOSFODNN7EXAMPLE", "    if: nothing.known", ""]
        let found = findings(text.joined(separator: lineBreak))
        #expect(found.map(\.position.description) == ["3:14"])
        let faults = try parse(text.joined(separator: lineBreak)).errors
        #expect(faults.map(\.position.description) == ["4:9"])
    }

    @Test func findingsHaveTheirPlace() {
        let found = findings(
            "steps:\n  - run: |\n      # é AKIA"
                + "IOSFODNN7EXAMPLE\n  - run: a\n    env: {PIN: x, DB_PASSWORD: s3cr3t-P@ssw0rd}\n")
        #expect(found.map { "\($0.position)" } == ["3:11", "5:32"])
    }

    @Test(arguments: [
        "X: 'q7Gd92kLmZ0pXw4RtB8s'", "X: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY'", "X: 'k3j5h2g4j5h6k7l8m9n0p1'",
        "DB_PASSWORD: s3cr3t-P@ssw0rd", "API_TOKEN: 9f86d081884c7d659a2feaa0c55ad015",
        "SLACK_TOKEN: 12ab34cd56ef", "URL: 'postgres://app:hunter22@db.example.test/x'",
        "X: 'Bearer q7Gd92kLmZ0pXw4RtB8s'", "AWS_SECRET_ACCESS_KEY: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "authorization: 'Basic dXNlcjpwYXNzd29yZDEyMzQ1Njc4OTA='",
    ])
    func randomTextsAreFoundInEnvAndWith(entry: String) {
        #expect(findings("steps: [{run: a, env: {\(entry)}}]").count == 1)
        #expect(findings("env: {\(entry)}\nsteps: [{run: a}]").count == 1)
        #expect(findings("steps: [{uses: http, with: {headers: {\(entry)}}}]").count == 1)
    }

    @Test(arguments: [
        "SHA: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "COMMIT: da39a3ee5e6b4b0d3255bfef95601890afd80709", "ID: 123e4567-e89b-12d3-a456-426614174000",
        "IMAGE: 'registry.example.test/team/orders-service@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",
        "IMAGE: 'ghcr.io/Some-Org/My-Service2:v1.22.3-alpine3.20'",
        "FILE: /var/lib/PostgreSQL15/data/base/16384/OrdersTable2",
        "PATHS: 'workflows/billing/invoice-2026.yaml,scripts/load_orders_v2.sh'",
        "NAME: MyCompanyOrdersServiceV2Production", "DATE: '2026-11-01T02:00:00+01:00'",
        "TOKEN: '${{ secrets.API_TOKEN }}'", "PASSWORD: ''", "TOKEN_FILE: /run/secrets/api_token_2",
        "PASSWORD: changeme", "SECRET_NAME: orders-api-v2",
        "URL: 'https://example.test/api/v2/orders?day=2026-11-01&full=true'",
        "URL: 'postgres://app:${{ secrets.DB }}@db/x'", "URL: 'https://user@example.test/x'",
        "TEXT: 'The quick brown fox jumps over the lazy dog 12345 times'", "NUMBER: 12345678901234567890123",
        "VERSION: 1.22.333-rc.4+build.5678",
        "COLORS: 'LS_COLORS=rs=0:di=01;34:ln=01;36'", "EMAIL: somebody.with.a.long.name42@subdomain.example.test",
        "CRON: '0 2 * * 1-5'", "ARN: 'arn:aws:iam::123456789012:role/OrdersDeployRole2'",
        "X: task-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "X: ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "API_KEY: orders-2026-key",
        "KEY: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO0kq2P8mZ1R7x4Yt6Wv3Lb9Nc5Hs2Df8Gj1Kq7Xp me'",
        "SRI: 'sha384-oqVuAfXRKap7fdgcCY5uykM6R9GqQ8KuxyrxHNQlGYl1kPzQho1wxJwY8C'",
        "GPG: '0xA1B2C3D4E5F60718293A4B5C6D7E8F9012345678'",
    ])
    func everydayValuesAreNot(entry: String) {
        #expect(findings("steps: [{run: a, env: {\(entry)}}]").map(\.description) == [])
    }

    @Test func randomTextsInScriptsAreNoFinding() {
        #expect(findings("steps: [{run: 'echo q7Gd92kLmZ0pXw4RtB8s'}]").isEmpty)
    }

    @Test func filesThatCannotBeParsedAreSearchedForTokens() {
        #expect(findings("a: [\nAKIA" + "IOSFODNN7EXAMPLE").count == 1)
        #expect(SecretScanner.findings(in: [0xFF, 0xFE, 0x00], file: "f").isEmpty)
    }
}
