import DocumentTree

extension ChangeSet {
    /// The differences as one page of HTML without any reference to the outside, readable in dark and light.
    ///
    /// - Parameter meaning: What the differences mean, where the caller knows it; it stands below them.
    public func html(meaning: MeaningTable? = nil) -> String {
        let title = oldName == newName ? newName : "\(oldName) → \(newName)"
        var body = "<h1>\(HTMLText.escape(title))</h1>\n<p class=\"summary\">\(HTMLText.escape(summary.line))</p>\n"
        let byPart = Dictionary(grouping: changes) { ChangeSummary.part(of: $0.path) }
        for part in summary.parts {
            body += "<section>\n<h2><code>\(HTMLText.escape(part.path.description))</code></h2>\n"
            for change in byPart[part.path] ?? [] { body += Self.article(change) }
            body += "</section>\n"
        }
        if !comments.isEmpty { body += commentSection }
        if let meaning { body += meaning.html }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(HTMLText.escape(title))</title>
            <style>
            \(HTMLText.style)
            </style>
            </head>
            <body>
            <main>
            \(body)</main>
            </body>
            </html>

            """
    }

    private var commentSection: String {
        var text = "<section>\n<h2>Comments</h2>\n<pre>"
        for change in comments {
            let kind = change.isAdded ? "added" : "removed"
            let line = "\(change.isAdded ? "+" : "-") \(change.comment.text)"
            text += "<span class=\"line \(kind)\">\(HTMLText.escape(line))</span>"
        }
        return text + "</pre>\n</section>\n"
    }

    private static func article(_ change: Change) -> String {
        let description = ChangeDescription(change: change)
        var text = "<article class=\"\(change.kind.rawValue)\">\n<p><span class=\"kind\">\(change.kind.title)</span> "
        text += "<code>\(HTMLText.escape(change.path.description))</code>"
        switch (change.kind, description.detail) {
        case (_, nil): break
        case (.changed, _?), (.typeChanged, _?):
            text += " \(value(change.old, "del")) → \(value(change.new, "ins"))"
        case (.added, _?): text += " \(value(change.new, "ins"))"
        case (.removed, _?): text += " \(value(change.old, "del"))"
        case (.moved, let detail?), (.renamed, let detail?): text += " \(HTMLText.escape(detail))"
        }
        text += " <span class=\"place\">\(description.place)</span></p>\n"
        if description.detail == nil {
            let lines = DifferenceLine.lines(of: change).map { line in
                let kind = line.mark == "+" ? "added" : line.mark == "-" ? "removed" : "same"
                return "<span class=\"line \(kind)\">\(HTMLText.escape("\(line.mark) \(line.text)"))</span>"
            }
            text += "<pre>\(lines.joined())</pre>\n"
        }
        if !change.references.isEmpty {
            let items = change.references.map { "<li><code>\(HTMLText.escape($0.newPath.description))</code></li>" }
            text += "<ul>\(items.joined())</ul>\n"
        }
        return text + "</article>\n"
    }

    private static func value(_ value: Value?, _ tag: String) -> String {
        "<\(tag)><code>\(HTMLText.escape(value.map { YAMLText.inline($0) } ?? ""))</code></\(tag)>"
    }
}

extension MeaningTable {
    /// The table as a section.
    fileprivate var html: String {
        let head = columns.map { "<th scope=\"col\">\(HTMLText.escape($0))</th>" }.joined()
        let body = rows.map { row in "<tr>\(row.map(Self.cell).joined())</tr>\n" }.joined()
        return
            "<section>\n<h2>\(HTMLText.escape(title))</h2>\n<div class=\"wide\"><table>\n<thead><tr>\(head)</tr></thead>\n"
            + "<tbody>\n\(body)</tbody>\n</table></div>\n</section>\n"
    }

    private static func cell(_ cell: Cell) -> String {
        let verdict = cell.verdict.map { verdict in
            "<span class=\"verdict \(verdict.weight.rawValue)\">\(HTMLText.escape(verdict.word))</span> "
        }
        return "<td>\(verdict ?? "")\(HTMLText.escape(cell.text))</td>"
    }
}

/// Text and style of pages.
enum HTMLText {
    /// Text without any meaning in HTML, control characters visible.
    static func escape(_ text: String) -> String {
        var result = ""
        for scalar in PrintableText.escape(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static let style = """
        :root { color-scheme: light dark; --text: #1f2328; --faint: #59636e; --ground: #ffffff; --panel: #f6f8fa;
          --line: #d1d9e0; --added: #1a7f37; --added-ground: #dafbe1; --removed: #b3202a; --removed-ground: #ffebe9;
          --changed: #8a6100; --moved: #0e6a72; --renamed: #7140c8; }
        @media (prefers-color-scheme: dark) {
          :root { --text: #f0f6fc; --faint: #9198a1; --ground: #0d1117; --panel: #151b23; --line: #3d444d;
            --added: #56d364; --added-ground: #12351d; --removed: #ff7b72; --removed-ground: #41191b;
            --changed: #e3b341; --moved: #5fd0d8; --renamed: #c297ff; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
        h1 { font-size: 1.35rem; margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 1rem; margin: 1.6rem 0 .5rem; overflow-wrap: anywhere; }
        code, pre { font: 13px/1.5 ui-monospace, monospace; }
        .summary, .place { color: var(--faint); }
        .place { font-size: .85em; white-space: nowrap; }
        article { border: 1px solid var(--line); border-left-width: 4px; border-radius: 6px; margin: .5rem 0; padding: .5rem .8rem; }
        article p { margin: 0; overflow-wrap: anywhere; }
        article.added { border-left-color: var(--added); } article.removed { border-left-color: var(--removed); }
        article.changed, article.type-changed { border-left-color: var(--changed); }
        article.moved { border-left-color: var(--moved); } article.renamed { border-left-color: var(--renamed); }
        .kind { font-weight: 600; }
        .added > p > .kind { color: var(--added); } .removed > p > .kind { color: var(--removed); }
        .changed > p > .kind, .type-changed > p > .kind { color: var(--changed); }
        .moved > p > .kind { color: var(--moved); } .renamed > p > .kind { color: var(--renamed); }
        ins, del { text-decoration: none; border-radius: 4px; padding: .05rem .25rem; }
        ins { background: var(--added-ground); } del { background: var(--removed-ground); }
        pre { margin: .5rem 0 0; padding: .5rem 0; background: var(--panel); border-radius: 6px; overflow-x: auto; }
        .line { display: block; padding: 0 .7rem; min-height: 1.5em; white-space: pre; }
        .line.added { background: var(--added-ground); } .line.removed { background: var(--removed-ground); }
        ul { margin: .4rem 0 0; padding-left: 1.2rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { border: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; }
        th { background: var(--panel); }
        .verdict { font-weight: 600; } .verdict.high { color: var(--removed); }
        .verdict.middle { color: var(--added); } .verdict.low { color: var(--faint); }
        """
}
