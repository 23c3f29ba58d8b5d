use archive::size::parse_rate;

pub struct Settings {
    pub listen: String,
    pub rate: u64,
}

pub fn load(path: &str) -> Settings {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let value = |name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_prefix('=')).map(str::trim)
    };
    Settings {
        listen: value("listen").unwrap_or("127.0.0.1:7000").to_owned(),
        rate: value("rate").and_then(parse_rate).unwrap_or(1) * 1024 * 1024,
    }
}
