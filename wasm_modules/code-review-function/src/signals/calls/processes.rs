//! Shell commands and evaluated code.

use crate::signals::call::Fragment;
use crate::signals::calls::taint::tainted;
use crate::signals::rule::Fits::When;
use crate::signals::rule::{C, JAVA, PYTHON, Rule, SCRIPT};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Name, Search};
use crate::wit::Severity::{Major, Minor};

const EVAL: Signal = Signal::security(
    "calls/eval",
    Major,
    0.85,
    "String is evaluated as code",
    "Anyone who controls part of the string can run code with the program's privileges. Parse it, or look it \
     up in a table of known functions.",
);

const SHELL: Signal = Signal::security(
    "calls/shell",
    Major,
    0.85,
    "Shell command is built from values",
    "A value like `; rm -rf ~` or `$(curl evil)` is executed by the shell. Run the program without a shell and \
     pass its arguments as a list.",
);

const SHELL_VALUE: Signal = Signal::security(
    "calls/shell-value",
    Minor,
    0.6,
    "Shell command is not constant",
    "If any part of it comes from outside, the shell executes it. Run the program without a shell and pass its \
     arguments as a list.",
);

pub const RULES: &[Rule] = &[
    Rule::new(
        PYTHON,
        When("eval exec", |row| evaluates(row, "eval exec")),
        EVAL,
    ),
    Rule::new(
        SCRIPT,
        When("eval function settimeout setinterval", script_evaluates),
        EVAL,
    ),
    Rule::new(
        "PHP",
        When("eval assert create_function", |row| {
            evaluates(row, "eval create_function")
        }),
        EVAL,
    ),
    Rule::new(
        "Ruby",
        When(
            "eval instance_eval class_eval constantize send public_send",
            ruby_evaluates,
        ),
        EVAL,
    ),
    Rule::new(
        PYTHON,
        When(
            "system popen getoutput shell run call check_output check_call",
            |row| python(row) == Some(true),
        ),
        SHELL,
    ),
    Rule::new(
        PYTHON,
        When(
            "system popen getoutput shell run call check_output check_call",
            |row| python(row) == Some(false),
        ),
        SHELL_VALUE,
    ),
    Rule::new(SCRIPT, When("exec execsync spawn spawnsync", script), SHELL),
    Rule::new("Go", When("command commandcontext", go), SHELL),
    Rule::new(JAVA, When("exec processbuilder", java), SHELL),
    Rule::new(
        "PHP",
        When("exec shell_exec system passthru popen proc_open", php),
        SHELL,
    ),
    Rule::new(
        "Ruby",
        When("system exec popen capture2 capture3 spawn", ruby),
        SHELL,
    ),
    Rule::new(
        "Ruby",
        When(
            "ls cat git rm cp mv curl wget grep tar convert ping",
            |row| row.uncommented().contains('`') && row.uncommented().holds("#{"),
        ),
        SHELL,
    ),
    Rule::new("Rust", When("arg args", rust), SHELL),
    Rule::new(
        C,
        When("system popen", |row| {
            row.calls("system popen std::system")
                .iter()
                .any(|args| !args.is_empty() && !args.first().constant("C"))
        }),
        SHELL,
    ),
    Rule::new(
        "C#",
        When("process", |row| {
            row.calls("Process.Start").iter().any(|args| {
                args.mixes("C#") && text::mentions(&args.uncommented, "cmd /c bash -c powershell")
            })
        }),
        SHELL,
    ),
];

fn evaluates(row: &Row, names: &'static str) -> bool {
    let language = row.file().language;
    row.calls(names)
        .iter()
        .any(|args| !args.is_empty() && !args.first().constant(language) && !args.has("compile ("))
}

fn script_evaluates(row: &Row) -> bool {
    let made = row.has("new Function (")
        && row
            .calls("Function")
            .iter()
            .any(|args| !args.literal("JavaScript"));
    let timed = row.calls("setTimeout setInterval").iter().any(|args| {
        args.first().code.trim_start().starts_with(['"', '\'', '`'])
            && args.first().mixes("JavaScript")
    });
    evaluates(row, "eval window.eval globalThis.eval") || made || timed
}

fn ruby_evaluates(row: &Row) -> bool {
    let given = |args: &Fragment| args.uncommented.holds("params[") || args.uncommented.holds("#{");
    let sent = row
        .calls(".send .public_send")
        .iter()
        .any(|args| args.uncommented.holds("params"));
    let named = row.has("params") && row.has(".constantize");
    sent || named
        || evaluates(row, "eval")
        || row.calls(".instance_eval .class_eval").iter().any(given)
}

/// Whether a shell gets a string with inserted values (true), or another string that is not
/// constant (false).
fn python(row: &Row) -> Option<bool> {
    let shell = row.calls("subprocess.run subprocess.call subprocess.check_output subprocess.check_call subprocess.Popen Popen check_output asyncio.create_subprocess_shell");
    let shell = shell
        .into_iter()
        .filter(|args| args.has("shell = True") || row.has("create_subprocess_shell"));
    let direct = row.calls(
        "os.system os.popen subprocess.getoutput subprocess.getstatusoutput commands.getoutput",
    );
    let command = shell
        .chain(direct)
        .map(|args| args.first())
        .next()
        .or_else(|| keyword_line(row))?;
    judged(row, &command)
}

/// For `shell=True` on a separate line: the command above it.
fn keyword_line(row: &Row) -> Option<Fragment> {
    let opens = |above: &Row| above.has("subprocess. $ (") && text::unclosed(above.code()) > 0;
    let alone = row.has("shell = True") && !row.has("$ ( .. shell");
    let call = row
        .above()
        .take(8)
        .find(opens)
        .filter(|above| alone && !above.added())?;
    call.calls("subprocess.run subprocess.call subprocess.check_output subprocess.check_call subprocess.Popen").into_iter().next().map(|args| args.first())
}

fn judged(row: &Row, command: &Fragment) -> Option<bool> {
    let language = row.file().language;
    if command.is_empty()
        || command.constant(language)
        || command.has("shlex.quote (")
        || command.has("shlex.join (")
        || command.has("JSON.stringify (")
    {
        return None;
    }
    if command.mixes(language) || tainted(row, command) {
        return Some(true);
    }
    match Name::path(&command.code).and_then(|name| given(row, name)) {
        Some(value) if value.mixes(language) => Some(true),
        Some(value) if value.literal(language) => None,
        _ => Some(false),
    }
}

/// The value that the name was set to in the lines above.
fn given(row: &Row, name: Name) -> Option<Fragment> {
    let set = row.above().take(30).find(|above| {
        above.code().trim_start().starts_with(name.as_str())
            && (text::has_name(above.code(), "{} =", name)
                || text::has_name(above.code(), "{} :=", name))
            && !above.has("==")
    })?;
    let statement = set.statement();
    let at = statement.code.find('=')? + 1;
    Some(statement.slice(at, statement.code.len()))
}

fn script(row: &Row) -> bool {
    let named = row.calls(
        "exec execSync child_process.exec child_process.execSync cp.exec cp.execSync execAsync",
    );
    let shelled = row
        .calls("spawn spawnSync child_process.spawn")
        .into_iter()
        .filter(|args| args.has("shell : true"));
    let mut commands = named.into_iter().chain(shelled).map(|args| args.first());
    commands.any(|command| judged(row, &command) == Some(true))
}

/// `exec.Command("sh", "-c", command)` with a command that is not constant.
fn go(row: &Row) -> bool {
    row.calls("exec.Command exec.CommandContext")
        .iter()
        .any(|args| {
            let parts = args.parts();
            let shell = parts
                .iter()
                .position(|part| part.uncommented.trim() == "\"-c\"");
            let command = shell.and_then(|at| parts.get(at + 1));
            command.is_some_and(|command| judged(row, command) == Some(true))
        })
}

fn java(row: &Row) -> bool {
    let language = row.file().language;
    let run = row
        .calls(".exec")
        .iter()
        .any(|args| row.has("getRuntime") && (args.first().mixes(language) || tainted(row, args)));
    let built = row.calls("ProcessBuilder").iter().any(|args| {
        text::mentions(&args.uncommented, "\"-c\" \"/c\"")
            && args
                .parts()
                .last()
                .is_some_and(|last| !last.constant(language))
    });
    run || built
}

fn php(row: &Row) -> bool {
    let escaped =
        |args: &Fragment| text::mentions(&args.uncommented, "escapeshellarg escapeshellcmd");
    let commands = row.calls("exec shell_exec system passthru popen proc_open");
    commands
        .iter()
        .any(|args| !escaped(args) && (args.first().mixes("PHP") || tainted(row, args)))
}

fn ruby(row: &Row) -> bool {
    let commands = row.calls(
        "system exec spawn IO.popen Open3.capture2 Open3.capture3 Open3.popen3 Kernel.system",
    );
    let bare = row.code().trim_start().starts_with("system \"") && row.uncommented().holds("#{");
    bare || commands.iter().any(|args| {
        args.parts().len() == 1
            && args.uncommented.holds("#{")
            && !args.uncommented.holds("shellescape")
    })
}

/// `.arg("-c").arg(format!(…))`, on one line or two.
fn rust(row: &Row) -> bool {
    let shell = |text: &str| text.holds(".arg(\"-c\")") || text.holds("\"-c\",");
    let near = shell(row.uncommented())
        || row
            .previous()
            .is_some_and(|above| shell(above.uncommented()));
    let made = row
        .calls(".arg .args")
        .iter()
        .any(|args| args.has("format! ("));
    near && made
}
