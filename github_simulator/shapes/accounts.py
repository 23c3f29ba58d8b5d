"""JSON of users, the app and its installations."""

from github_simulator.shapes.site import Shape, Site, node, when
from github_simulator.state import Account, App, Installation, Repository, Token


def user(site: Site, account: Account) -> Shape:
    api = f"{site.api}/users/{account.login}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node("User", account.id),
        "avatar_url": f"{site.html}/avatars/u/{account.id}?v=4",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{site.html}/{account.login}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": account.kind.value,
        "user_view_type": "public",
        "site_admin": False,
    }


def profile(site: Site, account: Account) -> Shape:
    """The answer to `GET /user` and `GET /users/{username}`."""
    empty = dict.fromkeys(("name", "company", "location", "email", "hireable", "bio", "twitter_username"))
    counts = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
    times = dict.fromkeys(("created_at", "updated_at"), when(account.created))
    return {**user(site, account), **empty, "blog": "", **counts, **times}


def app(site: Site, github_app: App) -> Shape:
    return {
        "id": github_app.id,
        "client_id": github_app.client,
        "slug": github_app.slug,
        "node_id": node("App", github_app.id),
        "owner": user(site, github_app.owner),
        "name": github_app.name,
        "description": None,
        "external_url": f"{site.html}/apps/{github_app.slug}",
        "html_url": f"{site.html}/apps/{github_app.slug}",
        "created_at": when(github_app.created),
        "updated_at": when(github_app.created),
        "permissions": github_app.permissions,
        "events": list(github_app.events),
    }


def installation(site: Site, github_app: App, record: Installation) -> Shape:
    api = f"{site.api}/app/installations/{record.id}"
    settings = f"{site.html}/organizations/{record.account.login}/settings"
    return {
        "id": record.id,
        "client_id": github_app.client,
        "account": user(site, record.account),
        "repository_selection": "all",
        "access_tokens_url": f"{api}/access_tokens",
        "repositories_url": f"{site.api}/installation/repositories",
        "html_url": f"{settings}/installations/{record.id}",
        "app_id": github_app.id,
        "app_slug": github_app.slug,
        "target_id": record.account.id,
        "target_type": record.account.kind.value,
        "permissions": github_app.permissions,
        "events": list(github_app.events),
        "created_at": when(record.created),
        "updated_at": when(record.created),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": None,
        "suspended_at": None,
    }


def installation_token(token: Token) -> Shape:
    return {
        "token": token.text,
        "expires_at": when(token.expires) if token.expires else "",
        "permissions": token.permissions or {},
        "repository_selection": "all",
    }


def collaborator(site: Site, repository: Repository, account: Account) -> Shape:
    """The answer about a permission; the legacy field has no triage and no maintain."""
    role = repository.permission(account)
    legacy = {"triage": "read", "maintain": "write"}.get(role, role)
    return {
        "permission": legacy,
        "role_name": role,
        "user": {**user(site, account), "permissions": rights(repository, account), "role_name": role},
    }


def association(repository: Repository, account: Account) -> str:
    if account is repository.owner:
        return "OWNER"
    return "COLLABORATOR" if repository.permission(account) not in ("none", "read") else "NONE"


def rights(repository: Repository, account: Account | None) -> dict[str, bool]:
    """The permissions of `account` on `repository`, by GitHub's names."""
    return {
        "admin": repository.allows(account, "admin"),
        "maintain": repository.allows(account, "maintain"),
        "push": repository.allows(account, "write"),
        "triage": repository.allows(account, "triage"),
        "pull": repository.allows(account, "read"),
    }
