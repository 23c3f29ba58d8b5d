//! The scopes of lines of code, headings and keys.

use super::*;

/// The first lines of the scopes around the line with a "¦", the innermost first, and the last line
/// of the innermost.
fn scopes(path: &str, marked: &str) -> (Vec<String>, String) {
    let text = marked.replace('¦', "");
    let at = marked
        .split('\n')
        .position(|line| line.contains('¦'))
        .unwrap();
    let outline = Outline::new(family(path).unwrap(), &text);
    let around = outline.scopes_of(at);
    let named = |scope: &Range<usize>| outline.lines[outline.name(scope)].trim().to_string();
    let last = around.first().map(|scope| outline.end(scope, 1000) - 1);
    let last = last.map_or("", |at| outline.lines[at].trim());
    (around.iter().map(named).collect(), last.to_string())
}

fn check(path: &str, marked: &str, names: &[&str], last: &str) {
    let (found, end) = scopes(path, marked);
    assert_eq!(
        (found, end.as_str()),
        (names.iter().map(|name| name.to_string()).collect(), last),
        "{path}"
    );
}

#[test]
fn python() {
    let text = "import os\n\nclass Cart:\n    size = 0\n\n    @property\n    def total(\n        self,\n    ) -> int:\n        \
        for x in self:\n            ¦add(x)\n        # done\n        return 1\n\n    def other(self):\n        pass\n";
    check("a.py", text, &["def total(", "class Cart:"], "return 1");
    check("a.py", "x = 1\n¦y = 2\ndef f():\n    pass\n", &[], "");
    check(
        "a.py",
        "¦def f():\n    pass\n\nx = 1\n",
        &["def f():"],
        "pass",
    );
}

#[test]
fn braces() {
    let rust = "impl Cart {\n    #[inline]\n    pub fn total(&self) -> u32 {\n        let sum = match self.all() {\n            \
        ¦Some(x) => x,\n            None => 0,\n        };\n        sum\n    }\n\n    fn other() {}\n}\n";
    check(
        "a.rs",
        rust,
        &["pub fn total(&self) -> u32 {", "impl Cart {"],
        "}",
    );
    let go = "func (c *Cart) Total(\n\tctx context.Context,\n) (int, error) {\n\tif err := c.load(ctx); err != nil {\n\t\t¦return 0, err\n\t}\n}\n";
    check("a.go", go, &["func (c *Cart) Total("], "}");
    let java = "public class Cart {\n    private int n;\n\n    @Override\n    public int total() throws X {\n        try {\n            ¦n++;\n        } catch (E e) {\n        }\n    }\n}\n";
    check(
        "A.java",
        java,
        &["public int total() throws X {", "public class Cart {"],
        "}",
    );
    let script = "export class Cart {\n  async total(rate) {\n    this.all.forEach((x) => {\n      ¦sum += x;\n    });\n  }\n}\n";
    check(
        "a.ts",
        script,
        &["async total(rate) {", "export class Cart {"],
        "}",
    );
    let story = "describe('cart', () => {\n  it('adds', async () => {\n    ¦expect(1).toBe(1);\n  });\n});\n";
    check(
        "a.test.js",
        story,
        &["it('adds', async () => {", "describe('cart', () => {"],
        "});",
    );
    let c = "static int\ntotal(struct cart *c,\n      int rate)\n{\n#ifdef X\n\tif (c) {\n\t\t¦rate++;\n\t}\n#endif\nout:\n\treturn rate;\n}\n\nint x;\n";
    check("a.c", c, &["total(struct cart *c,"], "}");
    let sharp =
        "public class Cart\n{\n    public int Total(int a)\n    {\n        ¦return a;\n    }\n}\n";
    check(
        "A.cs",
        sharp,
        &["public int Total(int a)", "public class Cart"],
        "}",
    );
    check(
        "a.css",
        "@media print {\n  .cart {\n    ¦color: red;\n  }\n}\n",
        &[".cart {", "@media print {"],
        "}",
    );
}

#[test]
fn words_and_ends() {
    let ruby = "module Shop\n  class Cart\n    def total(rate)\n      items.each do |item|\n        ¦sum += item\n      end\n    rescue E\n      0\n    end\n\n    def other; end\n  end\nend\n";
    check(
        "a.rb",
        ruby,
        &["def total(rate)", "class Cart", "module Shop"],
        "end",
    );
    let elixir = "defmodule Cart do\n  defp total(x) do\n    ¦x\n  end\nend\n";
    check(
        "a.ex",
        elixir,
        &["defp total(x) do", "defmodule Cart do"],
        "end",
    );
    let story = "RSpec.describe Cart do\n  it \"adds\" do\n    ¦expect(1)\n  end\nend\n";
    check(
        "a_spec.rb",
        story,
        &["it \"adds\" do", "RSpec.describe Cart do"],
        "end",
    );
}

#[test]
fn keys_headings_and_sections() {
    let yaml = "on: push\njobs:\n  build:\n    # Slow.\n    steps:\n      - name: Test\n        ¦run: make\n        env: {}\n      - name: Next\n";
    let parents = ["- name: Test", "steps:", "build:", "jobs:"];
    check("a.yml", yaml, &parents, "env: {}");
    let json = "{\n  \"scripts\": {\n    ¦\"test\": \"x\"\n  },\n  \"a\": 1\n}\n";
    check("a.json", json, &["\"scripts\": {"], "},");
    let prose = "# Cart\n\n## Use\n\n```sh\n# no heading\n```\n\n¦Text.\n\n### More\n\n## Next\n";
    check("a.md", prose, &["## Use", "# Cart"], "### More");
    let toml =
        "[package]\nname = \"x\"\n\n[dev-dependencies]\na = [\n  1,\n]\n¦b = \"2\"\n\n[features]\n";
    check("Cargo.toml", toml, &["[dev-dependencies]"], "b = \"2\"");
    assert_eq!(family("a.sql"), None);
    assert_eq!(family("LICENSE"), None);
}

#[test]
fn a_deleted_line_is_in_what_it_was_in() {
    let outline = Outline::new(
        Family::Python,
        "def one():\n    pass\n\ndef two():\n    pass\n",
    );
    assert_eq!(
        outline.scopes_of_deleted(2, "    x = 1").first(),
        Some(&(0..1))
    );
    assert!(outline.scopes_of_deleted(0, "x = 1").is_empty());
    assert_eq!(outline.scopes_of(3).first(), Some(&(3..4)));
}

#[test]
fn a_scope_without_an_end_in_reach_ends_there() {
    let text = format!("def f():\n{}", "    x = 1\n".repeat(500));
    let outline = Outline::new(Family::Python, &text);
    assert_eq!(outline.end(&(0..1), 70), 70);
}

#[test]
fn a_signature_ends_with_its_brackets() {
    let outline = Outline::new(
        Family::Python,
        "@x\ndef f(\n    a=(1, 2),\n):\n    if a:\n        pass\n",
    );
    assert_eq!(outline.scopes_of(4).first(), Some(&(0..4)));
    let outline = Outline::new(Family::Python, "def f(): return 1\ndef g():\n    pass\n");
    assert_eq!(outline.scopes_of(0).first(), Some(&(0..1)));
    assert_eq!(outline.lines.len(), 3);
}
