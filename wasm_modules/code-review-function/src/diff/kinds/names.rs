//! The names that identify kinds and languages, and a path split up for the comparison.

/// A path in lower case, and its stem as written.
pub struct Name {
    /// With a "/" before and after every folder: "/src/app/".
    folders: String,
    file: String,
    /// The file's name as written, up to the last dot.
    written: String,
    language: Option<&'static str>,
}

impl Name {
    pub fn of(path: &str) -> Self {
        let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
        let written = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        Name {
            folders: format!("/{}/", folders.to_ascii_lowercase()),
            file: file.to_ascii_lowercase(),
            written: written.to_owned(),
            language: language(path),
        }
    }

    pub fn file(&self) -> &str {
        &self.file
    }

    /// The file's name up to the last dot, in lower case.
    pub fn stem(&self) -> &str {
        self.file
            .rsplit_once('.')
            .map_or(&self.file, |(stem, _)| stem)
    }

    pub fn written(&self) -> &str {
        &self.written
    }

    pub fn language(&self) -> Option<&'static str> {
        self.language
    }

    /// Whether it holds code, not configuration or markup.
    pub fn code(&self) -> bool {
        self.language
            .is_some_and(|language| !NOT_CODE.contains(&language))
    }

    /// The nearest folder.
    pub fn parent(&self) -> &str {
        self.folders
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default()
    }

    // The lists below are strings with entries separated by spaces.

    /// Whether one of the path's folders has one of these names.
    pub fn inside(&self, names: &str) -> bool {
        self.folders
            .split('/')
            .any(|folder| any(names, |name| folder == name))
    }

    /// Whether the name of one of the path's folders ends like this.
    pub fn inside_ending(&self, ends: &str) -> bool {
        self.folders
            .split('/')
            .any(|folder| any(ends, |end| folder.ends_with(end)))
    }

    /// Whether the path contains one of these sequences of folders.
    pub fn under(&self, runs: &str) -> bool {
        any(runs, |run| self.folders.contains(&format!("/{run}/")))
    }

    pub fn is(&self, files: &str) -> bool {
        any(files, |file| self.file == file)
    }

    pub fn has_extension(&self, extensions: &str) -> bool {
        let extension = self.file.rsplit_once('.').map(|(_, extension)| extension);
        any(extensions, |one| extension == Some(one))
    }

    pub fn starts(&self, starts: &str) -> bool {
        any(starts, |start| self.file.starts_with(start))
    }

    pub fn ends(&self, ends: &str) -> bool {
        any(ends, |end| self.file.ends_with(end))
    }

    pub fn contains(&self, parts: &str) -> bool {
        any(parts, |part| self.file.contains(part))
    }
}

/// Whether an entry of `list` matches.
pub fn any(list: &str, fits: impl FnMut(&str) -> bool) -> bool {
    list.split_ascii_whitespace().any(fits)
}

/// The language of a file, by its name: "Python", "C++", "Dockerfile".
pub fn language(path: &str) -> Option<&'static str> {
    let file = path.rsplit('/').next()?.to_ascii_lowercase();
    if let Some((_, language)) = BY_NAME.iter().find(|(name, _)| *name == file) {
        return Some(language);
    }
    if file.starts_with("dockerfile")
        || file.ends_with(".dockerfile")
        || file.starts_with("containerfile")
    {
        return Some("Dockerfile");
    }
    if file.starts_with(".env") {
        return Some("Environment");
    }
    let (_, extension) = file.rsplit_once('.')?;
    let fits = |(extensions, _): &&(&str, &str)| extensions.split(' ').any(|one| one == extension);
    BY_EXTENSION
        .iter()
        .find(fits)
        .map(|(_, language)| *language)
}

const BY_NAME: &[(&str, &str)] = &[
    ("makefile", "Makefile"),
    ("gnumakefile", "Makefile"),
    ("justfile", "Makefile"),
    ("cmakelists.txt", "CMake"),
    ("gemfile", "Ruby"),
    ("rakefile", "Ruby"),
    ("podfile", "Ruby"),
    ("vagrantfile", "Ruby"),
    ("fastfile", "Ruby"),
    ("jenkinsfile", "Groovy"),
    ("go.mod", "Go module"),
    ("sudoers", "Sudoers"),
    (".bashrc", "Shell"),
    (".profile", "Shell"),
    (".zshrc", "Shell"),
];

const BY_EXTENSION: &[(&str, &str)] = &[
    ("py pyi pyw", "Python"),
    ("js jsx mjs cjs", "JavaScript"),
    ("ts tsx mts cts", "TypeScript"),
    ("vue", "Vue"),
    ("svelte", "Svelte"),
    ("go", "Go"),
    ("rs", "Rust"),
    ("java", "Java"),
    ("kt kts", "Kotlin"),
    ("scala sc", "Scala"),
    ("groovy gradle", "Groovy"),
    ("c h", "C"),
    ("cc cpp cxx c++ hh hpp hxx inl ipp cu cuh", "C++"),
    ("m mm", "Objective-C"),
    ("cs", "C#"),
    ("fs fsx", "F#"),
    ("vb", "Visual Basic"),
    ("rb rake gemspec ru", "Ruby"),
    ("php phtml php5", "PHP"),
    ("swift", "Swift"),
    ("dart", "Dart"),
    ("lua", "Lua"),
    ("pl pm t", "Perl"),
    ("r", "R"),
    ("jl", "Julia"),
    ("ex exs", "Elixir"),
    ("erl hrl", "Erlang"),
    ("hs", "Haskell"),
    ("ml mli", "OCaml"),
    ("clj cljs cljc", "Clojure"),
    ("zig", "Zig"),
    ("sol", "Solidity"),
    ("sh bash zsh ksh bats", "Shell"),
    ("ps1 psm1", "PowerShell"),
    ("bat cmd", "Batch"),
    ("sql psql mysql", "SQL"),
    ("html htm xhtml", "HTML"),
    ("erb", "ERB"),
    ("jinja jinja2 j2", "Jinja"),
    ("ejs hbs mustache", "Template"),
    ("css scss sass less", "CSS"),
    ("proto", "Protocol Buffers"),
    ("graphql gql", "GraphQL"),
    ("tf tfvars hcl", "Terraform"),
    ("ipynb", "Jupyter Notebook"),
    ("yml yaml", "YAML"),
    ("json jsonc json5", "JSON"),
    ("toml", "TOML"),
    ("ini cfg conf", "INI"),
    ("properties", "Properties"),
    ("env", "Environment"),
    ("xml xsd xsl plist csproj props targets", "XML"),
    ("mk", "Makefile"),
    ("cmake", "CMake"),
    ("md mdx markdown", "Markdown"),
    ("rst", "reStructuredText"),
];

/// Languages for configuration and markup.
pub const NOT_CODE: [&str; 15] = [
    "CMake",
    "Dockerfile",
    "Environment",
    "Go module",
    "INI",
    "JSON",
    "Makefile",
    "Markdown",
    "Properties",
    "Sudoers",
    "TOML",
    "Terraform",
    "XML",
    "YAML",
    "reStructuredText",
];

pub const VENDORED: &str = "vendor vendored node_modules bower_components third_party third-party thirdparty \
    3rdparty pods carthage .yarn site-packages";

pub const LOCKS: &str = "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb \
    deno.lock poetry.lock uv.lock pdm.lock pipfile.lock pylock.toml pixi.lock conda-lock.yml \
    cargo.lock go.sum go.work.sum gemfile.lock gems.locked composer.lock symfony.lock \
    packages.lock.json paket.lock project.assets.json mix.lock rebar.lock pubspec.lock \
    package.resolved podfile.lock cartfile.resolved flake.lock .terraform.lock.hcl \
    stack.yaml.lock cabal.project.freeze manifest.toml chart.lock module.bazel.lock buf.lock \
    conan.lock shard.lock brewfile.lock.json";

pub const MINIFIED: &str =
    ".min.js .min.mjs .min.cjs .min.css -min.js -min.css .bundle.js .bundle.css";

pub const GENERATED_FOLDERS: &str =
    "generated __generated__ autogen coverage lcov-report htmlcov dist .next .nuxt __pycache__";

pub const GENERATED: &str = ".pb.go .pb.gw.go .pb.cc .pb.h .pb.rs .pb.swift _pb.js _pb.ts _pb.d.ts _pb2.py _pb2.pyi \
    _pb2_grpc.py _pb2_grpc.pyi _pb.rb .g.dart .freezed.dart .gr.dart .g.cs .designer.cs \
    .g.i.cs .gen.go _gen.go _generated.go _generated.rs _generated.ts .gen.ts bindata.go \
    .js.map .css.map .gen.cs .xcworkspacedata .pbxproj";

pub const SNAPSHOT_FOLDERS: &str = "__snapshots__ __image_snapshots__ __file_snapshots__ cassettes";

pub const CI_FOLDERS: &str = ".github/workflows .github/actions .gitlab/ci .circleci .buildkite .woodpecker \
    .azure-pipelines .forgejo/workflows .gitea/workflows";

pub const CI: &str = "action.yml action.yaml .gitlab-ci.yml .travis.yml appveyor.yml .appveyor.yml \
    bitbucket-pipelines.yml .drone.yml cloudbuild.yaml cloudbuild.yml buildspec.yml \
    dependabot.yml renovate.json codecov.yml .cirrus.yml .semaphore.yml \
    .pre-commit-config.yaml";

pub const MANIFESTS: &str = "package.json deno.json pyproject.toml setup.py setup.cfg pipfile environment.yml \
    cargo.toml go.mod go.work gemfile gems.rb composer.json pom.xml build.gradle \
    build.gradle.kts settings.gradle settings.gradle.kts libs.versions.toml build.sbt \
    packages.config directory.packages.props mix.exs rebar.config pubspec.yaml package.swift \
    podfile cartfile conanfile.txt conanfile.py vcpkg.json project.clj deps.edn stack.yaml \
    chart.yaml module.bazel";

pub const MANIFEST_ENDINGS: &str = ".gemspec .csproj .fsproj .vbproj .cabal .podspec";

pub const PROSE: &str = "readme changelog license licence copying contributing notice authors security.md \
    codeowners";

pub const TEST_FOLDERS: &str = "test tests __tests__ __mocks__ spec specs testdata test_data test-data fixtures e2e \
    cypress testing unittests integration-tests integration_tests fixture __fixtures__ mocks __tests \
    testfixtures test-fixtures test_fixtures testutil testutils test-utils test_utils androidtest commontest \
    jvmtest jstest iostest inttest integrationtest functionaltest functional_tests unit_tests testcases \
    testsuite test-suite test_suite testresources";

/// Endings of the names of folders with tests: "Shop.Tests", "shop-tests".
pub const TEST_FOLDER_ENDINGS: &str = ".test .tests -test -tests _test _tests";

pub const ASSETS: &str = "png jpg jpeg gif webp avif ico icns bmp tiff svg psd ai eps ttf otf woff woff2 eot mp3 \
    mp4 wav ogg webm mov flac pdf doc docx xls xlsx ppt pptx zip gz tgz bz2 xz zst 7z tar \
    jar war whl exe dll so dylib a o class wasm bin dat parquet csv tsv npy gguf onnx glb \
    obj";

pub const CONFIGURATION: &str = "config settings editorconfig service nix bazel bzl gn gni";

pub const CONFIGURED: &str = "procfile build workspace brewfile caddyfile dockerfile";
