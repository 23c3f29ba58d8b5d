//! Access checks that are removed and not added elsewhere.

use std::collections::BTreeMap;

use crate::diff::kinds::FileKind;
use crate::diff::patch::Line;
use crate::signals::report::Report;
use crate::signals::signal::Signal;
use crate::signals::source_file::SourceFile;
use crate::signals::text::{self, Search};
use crate::wit::{Severity, Side, Status};

const REMOVED: Signal = Signal::security(
    "guards/removed",
    Severity::Major,
    0.7,
    "Access check is removed",
    "The change deletes `{}` and does not add it back, so unauthorised users may reach what it protected. \
     Restore it, or explain what protects it now.",
);

/// Words of access checks: decorators, middleware, annotations and calls.
const GUARDS: &[&str] = &[
    "login_required",
    "permission_required",
    "user_passes_test",
    "LoginRequiredMixin",
    "PermissionRequiredMixin",
    "IsAuthenticated",
    "admin_required",
    "staff_member_required",
    "jwt_required",
    "requires_auth",
    "require_login",
    "authenticate_user",
    "requireAuth",
    "isAuthenticated",
    "ensureAuthenticated",
    "ensureLoggedIn",
    "requireAdmin",
    "isAdmin",
    "is_admin",
    "verifyToken",
    "checkPermission",
    "check_permission",
    "has_permission",
    "hasPermission",
    "PreAuthorize",
    "RolesAllowed",
    "Secured",
    "Authorize",
    "authorize",
    "authorize!",
    "RequireAuth",
    "AuthMiddleware",
    "csrf_protect",
    "verify_authenticity_token",
    "verify_signature",
    "verifySignature",
    "compare_digest",
    "htmlspecialchars",
    "escapeHtml",
    "sanitize",
    "DOMPurify",
    "requireRole",
    "require_role",
    "onlyOwner",
    "can_access",
    "IsAdmin",
    "abort_unless_admin",
    "escape_html",
    "secure_filename",
    "constant_time_compare",
    "timingSafeEqual",
];

/// Parts of the names of other checks.
const CHECKS: &str =
    "auth permission permit role guard admin policy escape sanit verif compare secure";

/// No word of the list is shorter.
const SHORTEST: usize = 7;

/// A word for an access check on a deleted line.
struct Guard {
    word: &'static str,
    path: String,
    line: u32,
    /// Whether another check may replace it.
    replaced: bool,
}

#[derive(Default)]
pub struct Guards {
    gone: Vec<Guard>,
    /// How often each word is added.
    back: BTreeMap<&'static str, usize>,
}

impl Guards {
    pub fn read(&mut self, file: &SourceFile) {
        let code = file.kind == FileKind::Source
            && !file.is_non_production
            && file.entry.status != Status::Removed;
        if !code {
            return;
        }
        for word in file.added().filter_map(word) {
            *self.back.entry(word).or_default() += 1;
        }
        let replaced = file.added().any(|line| text::mentions(&line.text, CHECKS));
        for line in file.deleted() {
            let guard = |word| Guard {
                word,
                path: file.path.to_owned(),
                line: line.old.unwrap_or(1),
                replaced,
            };
            self.gone.extend(word(line).map(guard));
        }
    }

    /// Reports the words that are deleted more often than they are added anywhere.
    pub fn conclude(mut self, report: &mut Report) {
        for guard in &self.gone {
            if let Some(back) = self.back.get_mut(guard.word).filter(|back| **back > 0) {
                *back -= 1;
                continue;
            }
            let hit = report.hit_at(&REMOVED, &guard.path, guard.line);
            hit.side = Side::Left;
            hit.found = guard.word.to_owned();
            if guard.replaced {
                hit.severity = Severity::Nit;
            }
        }
    }
}

/// The first guard that a line uses, except in imports, definitions and comments.
fn word(line: &Line) -> Option<&'static str> {
    let text = line.text.trim_start();
    let idle = [
        "import ",
        "from ",
        "def ",
        "func ",
        "function ",
        "class ",
        "//",
        ">>>",
        "#",
        "*",
        "const ",
        "use ",
        "export ",
    ];
    let used = (SHORTEST..300).contains(&text.len())
        && !idle.iter().any(|start| text.starts_with(start))
        && !text.holds("require(");
    let found = |(_, word): (usize, &str)| {
        let long = word.len() >= SHORTEST;
        GUARDS.iter().find(|guard| long && **guard == word).copied()
    };
    used.then(|| text::words(&line.text).find_map(found))?
}
