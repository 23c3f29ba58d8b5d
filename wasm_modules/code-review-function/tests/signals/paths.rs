//! Paths with their kinds and languages.

use proptest::prelude::*;

use super::{FileKind, FileKind::*, kind, language};

fn all(expected: FileKind, paths: &str) {
    for path in paths.split_whitespace() {
        assert_eq!(kind(path), expected, "{path}");
    }
}

#[test]
fn code_is_source() {
    all(
        Source,
        "app.py src/main.rs lib/latest.py lib/contest.js src/Attest.java cmd/server.go web/App.tsx a/style.css docs/conf.py \
         page.html query.sql scripts/deploy.sh src/protest.rb pkg/testify.go src/app/tester.py x.ipynb api/v1.proto",
    );
}

#[test]
fn tests_are_told_by_folder_or_name() {
    all(
        Tests,
        "tests/unit/x.py test/x_helper.rb src/__tests__/a.js app/test_login.py app/login_test.go src/a.test.ts src/a.spec.tsx \
         src/test/java/com/x/Thing.java FooTest.java FooTests.cs FooIT.java foo_spec.rb FooTest.php foo_unittest.cc conftest.py \
         polls/tests.py e2e/login.cy.ts tests/fixtures/a.json cypress/a.js spec/models/user.rb src/tests.rs",
    );
}

#[test]
fn prose_is_documentation() {
    all(
        Documentation,
        "README.md docs/index.rst README LICENSE docs/notes.txt tests/README.md docs/diagram.puml CHANGELOG",
    );
}

#[test]
fn settings_are_configuration() {
    all(
        Configuration,
        "config.yaml tsconfig.json .env .env.production Dockerfile Makefile k8s/pod.yml main.tf .editorconfig app.ini",
    );
}

#[test]
fn manifests_and_locks_are_told_apart() {
    all(
        Dependencies,
        "package.json web/package.json pyproject.toml requirements.txt requirements/dev.txt dev-requirements.txt Cargo.toml go.mod \
         Gemfile x.gemspec pom.xml build.gradle.kts App.csproj composer.json",
    );
    all(
        Lock,
        "package-lock.json a/yarn.lock Cargo.lock go.sum poetry.lock Gemfile.lock composer.lock gradle.lockfile uv.lock",
    );
}

#[test]
fn what_nobody_wrote_by_hand_is_not_reviewed() {
    all(
        Generated,
        "api/x.pb.go x_pb2.py a.g.dart src/generated/a.ts schema.generated.ts dist/index.js zz_generated.deepcopy.go",
    );
    all(
        Vendored,
        "vendor/github.com/x/y.go node_modules/a/package.json third_party/z.c vendor/x/Cargo.lock",
    );
    all(Minified, "static/app.min.js a.min.css");
    all(
        Snapshot,
        "src/__snapshots__/a.snap src/a.snap tests/x.approved.txt tests/cassettes/a.yaml",
    );
    all(Assets, "logo.png fonts/a.woff2 data/cities.csv");
    for kind in [Lock, Generated, Vendored, Minified, Snapshot, Assets] {
        assert!(!kind.reviewable() && kind.reason().is_some(), "{kind:?}");
    }
}

#[test]
fn migrations_and_pipelines_have_their_own_kinds() {
    all(
        Migration,
        "app/migrations/0002_x.py db/migrate/20240101_add.rb db/migrations/1_a.up.sql V2__add_users.sql alembic/versions/ab_c.py \
         prisma/migrations/1/migration.sql src/migrations/1-x.ts schema/003.down.sql",
    );
    all(
        Ci,
        ".github/workflows/ci.yml .github/actions/x/action.yml .gitlab-ci.yml .circleci/config.yml Jenkinsfile .github/dependabot.yml",
    );
    all(
        Source,
        "app/migrations/__init__.py versions.sql v2_query.sql value__x.sql",
    );
    all(Other, "LOCK bin/tool");
}

#[test]
fn what_people_wrote_is_reviewed() {
    for kind in [
        Source,
        Tests,
        Documentation,
        Configuration,
        Dependencies,
        Migration,
        Ci,
        Other,
    ] {
        assert!(kind.reviewable() && kind.reason().is_none(), "{kind:?}");
        assert!(!kind.area().is_empty());
    }
}

#[test]
fn languages_are_told_by_name() {
    for (path, expected) in [
        ("a.py", Some("Python")),
        ("A.TSX", Some("TypeScript")),
        ("x/Dockerfile", Some("Dockerfile")),
        ("Dockerfile.prod", Some("Dockerfile")),
        ("a.hpp", Some("C++")),
        ("go.mod", Some("Go module")),
        ("Makefile", Some("Makefile")),
        ("noextension", None),
        ("x/.py", Some("Python")),
        ("a.unknown", None),
    ] {
        assert_eq!(language(path), expected, "{path}");
    }
}

proptest! {
    #[test]
    fn any_path_has_a_kind(path in "\\PC{0,40}") {
        let _ = (kind(&path).area(), language(&path));
    }
}
