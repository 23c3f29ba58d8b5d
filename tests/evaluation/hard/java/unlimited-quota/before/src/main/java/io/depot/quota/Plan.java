package io.depot.quota;

/** What an account may store; `limitBytes` is null for a plan without a limit. */
public record Plan(String name, Long limitBytes) {
}
