extension KindCatalog.Kind {
    /// `http`: a request.
    static let http = KindCatalog.Kind(
        "http", "Sends a request over HTTP or HTTPS, and takes the response in: as JSON, as text, or as a file.",
        addresses: ["url"], atMostOne: ["json", "form", "multipart", "body", "file"],
        parameters: request + bodies + response + connection,
        outputs: [
            ("status", "the response's status, such as 200"), ("headers", "its fields by lower-case name"),
            ("body", "its content: the JSON value, or the text; not where `to` is given"),
            ("url", "the address that answered, without its query"), ("size", "the content's size in bytes"),
            ("path", "`to`: the file; `sha256` is its sum"),
            ("trace_id", "the id of the trace that the request belongs to"),
        ],
        example: """
            steps:
              - id: service  # stands in for the service that you call
                needs: []
                shell: python3
                timeout: 30s
                run: |
                  import http.server, json
                  class Orders(http.server.BaseHTTPRequestHandler):
                      def do_POST(self):
                          order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                          self.send_response(201)
                          self.send_header("Content-Type", "application/json")
                          self.end_headers()
                          self.wfile.write(json.dumps({"number": 7, "item": order["item"]}).encode())
                  server = http.server.HTTPServer(("127.0.0.1", 0), Orders)
                  with open("port", "w") as file: file.write(str(server.server_port))
                  server.handle_request()
              - id: address
                needs: []
                timeout: 30s
                run: |
                  until [ -s port ]; do sleep 0.05; done
                  echo "port=$(cat port)" >> "$WFREPO_OUTPUT"
              - id: order
                uses: http
                with:
                  url: http://127.0.0.1:${{ steps.address.outputs.port }}/orders
                  query: {dry-run: true}
                  json: {item: pen}
                  expect: 201
                retry: {max-attempts: 3, on: [timeout, network, http-5xx, http-429]}
              - uses: log
                with: {message: "order ${{ steps.order.outputs.body.number }}: ${{ steps.order.outputs.body.item }}"}

            """)

    private static let request: [KeyTable.Key] = [
        KeyTable.Key(
            "url", .templated(.formatted(.webAddress)), isRequired: true,
            "The address. Names and passwords in it are refused: `auth` is their place."),
        KeyTable.Key(
            "method", .templated(.choice(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])),
            default: "GET, or POST with a body", "What is asked for."),
        KeyTable.Key(
            "query", .dictionary(keys: .parameterName, values: .anything), default: "{}",
            "Parameters behind the `?`, percent-encoded; a list is a parameter several times, null none."),
        KeyTable.Key(
            "headers", .dictionary(keys: .fieldName, values: .templated(.text)), default: "{}",
            "Further header fields."),
        KeyTable.Key("auth", .mapping(credentials), "Who asks."),
    ]

    private static let credentials = KeyTable(
        "`auth`", exactlyOne: ["basic", "bearer"],
        keys: [
            KeyTable.Key(
                "basic",
                .mapping(
                    KeyTable(
                        "`basic`",
                        keys: [
                            KeyTable.Key("user", .templated(.text), isRequired: true, "The name."),
                            KeyTable.Key(
                                "password", .templated(.optionalText), isRequired: true,
                                "The password; a secret, such as `${{ secrets.PASSWORD }}`."),
                        ])), "A name and a password (RFC 7617)."),
            KeyTable.Key(
                "bearer", .templated(.text), "A token (RFC 6750); a secret, such as `${{ secrets.TOKEN }}`."),
        ])

    private static let bodies: [KeyTable.Key] = [
        KeyTable.Key("json", .anything, "The content, as JSON."),
        KeyTable.Key(
            "form", .dictionary(keys: .parameterName, values: .anything),
            "The content, as the fields of a form (`application/x-www-form-urlencoded`)."),
        KeyTable.Key(
            "multipart",
            .dictionary(
                keys: .parameterName,
                values: .either([.templated(.text), .mapping(part), .list(of: .mapping(part), atLeast: 1)])),
            "The content, as the fields of a form with files (`multipart/form-data`)."),
        KeyTable.Key("body", .templated(.text), "The content, as a text."),
        KeyTable.Key("file", .templated(.text), "The content, as what is in this file; it is streamed."),
    ]

    private static let part = KeyTable(
        "a part of `multipart`", exactlyOne: ["value", "file"],
        keys: [
            KeyTable.Key("value", .templated(.text), "The part's text."),
            KeyTable.Key("file", .templated(.text), "The file that it is; it is streamed."),
            KeyTable.Key("filename", .templated(.text), default: "the file's own", "The name that the service sees."),
            KeyTable.Key(
                "type", .templated(.text), default: "application/octet-stream",
                "The type of its content."),
        ])

    private static let response: [KeyTable.Key] = [
        KeyTable.Key(
            "expect", .either([.formatted(.httpStatus), .list(of: .formatted(.httpStatus), atLeast: 1)]),
            default: "2xx", "The statuses that are a success, such as `204` or `2xx`."),
        KeyTable.Key(
            "response", .choice(["auto", "json", "text", "none"]), default: "auto",
            "How the content is read; `auto`: JSON where the response says that it is, else text."),
        KeyTable.Key("to", .templated(.text), "A file that the content is streamed to."),
        KeyTable.Key("sha256", .templated(.text), "The SHA-256 that the content must have."),
        KeyTable.Key(
            "overwrite", .templated(.boolean), default: "false", "Whether a file that is there already is replaced."),
        KeyTable.Key(
            "limit", .templated(.integer(0...(1 << 44))), default: "1048576, with `to` 1073741824",
            "The most bytes that the content may have; without `to` at most 4194304."),
        KeyTable.Key(
            "outside", .templated(.boolean), default: "false", "Whether paths may lead out of the step's folder."),
    ]

    private static let connection: [KeyTable.Key] = [
        KeyTable.Key(
            "timeout", .templated(.formatted(.duration)), default: "1m",
            "How long it may take in all, redirections included."),
        KeyTable.Key(
            "connect-timeout", .templated(.formatted(.duration)), default: "10s",
            "How long a connection may take to be made."),
        KeyTable.Key(
            "redirects", .templated(.integer(0...20)), default: "5",
            "How many redirections are followed; with 0 one is a response like others."),
        KeyTable.Key(
            "tls",
            .mapping(
                KeyTable(
                    "`tls`",
                    keys: [
                        KeyTable.Key(
                            "ca", .templated(.text),
                            "The authorities that are trusted in place of the system's: a PEM file, or its text."),
                        KeyTable.Key(
                            "certificate", .templated(.text),
                            "The certificate that says who asks, with those between: a PEM file, or its text."),
                        KeyTable.Key(
                            "key", .templated(.text),
                            "Its private key: a PEM file, or its text, such as `${{ secrets.CLIENT_KEY }}`."),
                    ])), "Own authorities, and a client certificate."),
        KeyTable.Key(
            "link-local", .boolean, default: "false",
            "Whether link-local and metadata addresses, such as `169.254.169.254`, may be connected to."),
    ]
}

extension TextFormat {
    static let webAddress = TextFormat(
        "an address such as `https://api.example.test/orders`", plural: "addresses",
        pattern: "^[Hh][Tt][Tt][Pp][Ss]?://[^/?#\\s]", maximumLength: 8192)
    static let httpStatus = TextFormat(
        "a status such as `204` or `2xx`", plural: "statuses", pattern: "^[1-5]([0-9][0-9]|xx)$", maximumLength: 3,
        others: .integers(100...599))
    static let fieldName = TextFormat(
        "the name of a header field", plural: "names of header fields", pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
        maximumLength: 200)
    static let parameterName = TextFormat(
        "a name", plural: "names", pattern: "^[^\\x00]+$", maximumLength: 1000)
}
