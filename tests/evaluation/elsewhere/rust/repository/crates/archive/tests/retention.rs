use archive::{Retention, Version};

fn version(day: u32) -> Version {
    Version { day, chunks: vec![] }
}

#[test]
fn old_versions_expire() {
    let versions = [version(1), version(50)];
    assert_eq!(Retention { days: 30 }.expired(&versions, 60), [&versions[0]]);
}

#[test]
fn a_file_that_was_deleted_long_ago_can_still_be_restored_once() {
    let only = [version(1)];
    assert!(Retention { days: 30 }.expired(&only, 400).is_empty());
}
