"""SARIF as real analysers write it, shortened."""

from collections.abc import Mapping
from typing import Any

CODEQL: Mapping[str, Any] = {
    "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "CodeQL",
                    "organization": "GitHub",
                    "semanticVersion": "2.19.3",
                    "rules": [],
                },
                "extensions": [
                    {"name": "codeql/threat-models", "rules": []},
                    {
                        "name": "codeql/python-queries",
                        "semanticVersion": "1.3.3",
                        "rules": [
                            {
                                "id": "py/unused-import",
                                "name": "py/unused-import",
                                "defaultConfiguration": {"enabled": True, "level": "note"},
                            },
                            {
                                "id": "py/sql-injection",
                                "name": "py/sql-injection",
                                "shortDescription": {"text": "SQL query built from user-controlled sources"},
                                "defaultConfiguration": {"enabled": True, "level": "error"},
                                "properties": {
                                    "tags": ["security", "external/cwe/cwe-089"],
                                    "precision": "high",
                                    "security-severity": "8.8",
                                },
                            },
                        ],
                    },
                ],
            },
            "artifacts": [{"location": {"uri": "shop/orders.py", "uriBaseId": "%SRCROOT%", "index": 0}}],
            "results": [
                {
                    "ruleId": "py/sql-injection",
                    "rule": {"id": "py/sql-injection", "index": 1, "toolComponent": {"index": 1}},
                    "message": {"text": "This SQL query depends on a [user-provided value](1)."},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {
                                    "uri": "shop/orders.py",
                                    "uriBaseId": "%SRCROOT%",
                                    "index": 0,
                                },
                                "region": {"startLine": 12, "startColumn": 20, "endColumn": 40},
                            }
                        }
                    ],
                    "partialFingerprints": {"primaryLocationLineHash": "39fa2ee980eb94b0:1"},
                    "codeFlows": [{"threadFlows": [{"locations": []}]}],
                },
                {
                    "ruleIndex": 0,
                    "rule": {"index": 0, "toolComponent": {"index": 1}},
                    "message": {"text": "Import of 'os' is not used."},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"index": 0},
                                "region": {"startLine": 3},
                            }
                        }
                    ],
                },
            ],
        }
    ],
}

RUFF: Mapping[str, Any] = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "ruff",
                    "informationUri": "https://github.com/astral-sh/ruff",
                    "version": "0.8.0",
                    "rules": [
                        {
                            "id": "F401",
                            "shortDescription": {"text": "`{name}` imported but unused"},
                            "properties": {"id": "F401", "kind": "Pyflakes", "name": "unused-import"},
                        }
                    ],
                }
            },
            "results": [
                {
                    "level": "error",
                    "ruleId": "F401",
                    "message": {"text": "`os` imported but unused"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {
                                    "uri": "file:///home/runner/work/shop/shop/shop/orders.py"
                                },
                                "region": {"startLine": 3, "startColumn": 8, "endLine": 3, "endColumn": 10},
                            }
                        }
                    ],
                }
            ],
        }
    ],
}

ESLINT: Mapping[str, Any] = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "ESLint",
                    "version": "9.12.0",
                    "rules": [{"id": "no-unused-vars", "properties": {"category": "Variables"}}],
                }
            },
            "artifacts": [{"location": {"uri": "file:///C:/work/my%20shop/web/cart.js"}}],
            "results": [
                {
                    "level": "warning",
                    "message": {"text": "'total' is assigned a value but never used."},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {
                                    "uri": "file:///C:/work/my%20shop/web/cart.js",
                                    "index": 0,
                                },
                                "region": {"startLine": 7, "startColumn": 7, "endLine": 7, "endColumn": 12},
                            }
                        }
                    ],
                    "ruleId": "no-unused-vars",
                    "ruleIndex": 0,
                },
                {
                    "level": "warning",
                    "message": {"text": "Unexpected console statement."},
                    "suppressions": [{"kind": "inSource", "justification": "a script"}],
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "file:///C:/work/my%20shop/web/cart.js"},
                                "region": {"startLine": 9},
                            }
                        }
                    ],
                    "ruleId": "no-console",
                },
            ],
        }
    ],
}

SEMGREP: Mapping[str, Any] = {
    "version": "2.1.0",
    "runs": [
        {
            "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": []}],
            "tool": {
                "driver": {
                    "name": "Semgrep OSS",
                    "rules": [
                        {
                            "id": "python.lang.security.audit.eval-detected",
                            "defaultConfiguration": {"level": "warning"},
                            "properties": {"precision": "very-high", "tags": ["CWE-95"]},
                        }
                    ],
                }
            },
            "results": [
                {
                    "ruleId": "python.lang.security.audit.eval-detected",
                    "message": {"text": "Detected the use of eval(). {{not a placeholder}}\n  Avoid it."},
                    "fingerprints": {"matchBasedId/v1": "requires login"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "./shop/orders.py", "uriBaseId": "%SRCROOT%"},
                                "region": {
                                    "startLine": 20,
                                    "endLine": 21,
                                    "snippet": {"text": "eval(\n  x)"},
                                },
                            }
                        }
                    ],
                }
            ],
        }
    ],
}

CLIPPY: Mapping[str, Any] = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "clippy",
                    "rules": [{"id": "clippy::unwrap_used", "fullDescription": {"text": "used `unwrap()`"}}],
                }
            },
            "results": [
                {
                    "level": "warning",
                    "message": {"text": "used `unwrap()` on a `Result` value"},
                    "ruleId": "clippy::unwrap_used",
                    "ruleIndex": 0,
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "src/main.rs"},
                                "region": {"startLine": 4, "endLine": 6},
                            }
                        }
                    ],
                },
                {
                    "level": "note",
                    "message": {"text": "a note without a place"},
                    "ruleId": "clippy::all",
                },
            ],
        }
    ],
}

GOSEC: Mapping[str, Any] = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "gosec",
                    "guid": "8b518d5f-906d-39f9-894b-d327b1a421c5",
                    "rules": [
                        {
                            "id": "G101",
                            "name": "Potential hardcoded credentials",
                            "shortDescription": {"text": "Potential hardcoded credentials"},
                            "defaultConfiguration": {"level": "error"},
                            "properties": {"precision": "low", "tags": ["security", "HIGH"]},
                        }
                    ],
                }
            },
            "results": [
                {
                    "ruleId": "G101",
                    "level": "error",
                    "message": {"text": "Potential hardcoded credentials"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "cmd/main.go"},
                                "region": {"startLine": 15, "endLine": 15, "sourceLanguage": "go"},
                            }
                        }
                    ],
                }
            ],
        }
    ],
}

SPOTBUGS: Mapping[str, Any] = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "SpotBugs",
                    "version": "4.8.6",
                    "rules": [
                        {
                            "id": "NP_NULL_ON_SOME_PATH",
                            "shortDescription": {"text": "Possible null pointer dereference"},
                            "messageStrings": {
                                "default": {"text": "Possible null pointer dereference of {0} in {1}"}
                            },
                        }
                    ],
                }
            },
            "originalUriBaseIds": {"8736793520": {"uri": "file:///builds/acme/shop/src/main/java/"}},
            "results": [
                {
                    "ruleId": "NP_NULL_ON_SOME_PATH",
                    "ruleIndex": 0,
                    "message": {"id": "default", "arguments": ["order", "Orders.total()"]},
                    "level": "note",
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "acme/Orders.java", "uriBaseId": "8736793520"},
                                "region": {"startLine": 33, "endLine": 33},
                            },
                            "logicalLocations": [{"name": "total()", "kind": "function"}],
                        }
                    ],
                }
            ],
        }
    ],
}
