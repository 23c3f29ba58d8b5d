"""Definitions that the grammars' own tag queries leave out: constants, fields, types, constructors."""

PYTHON = """
(class_definition body: (block (expression_statement
  (assignment left: (identifier) @name) @definition.field)))
(class_definition body: (block (expression_statement (assignment
  left: (identifier) @name type: (_)) @definition.field)))
(type_alias_statement left: (type (identifier) @name)) @definition.type
"""

JAVASCRIPT = """
(program (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(program (export_statement declaration: (lexical_declaration
  (variable_declarator name: (identifier) @name) @definition.constant)))
(program (variable_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(field_definition property: (property_identifier) @name) @definition.field
(method_definition name: (property_identifier) @name (#eq? @name "constructor")) @definition.method
"""

# TypeScript's grammar has other nodes than JavaScript's for classes and their fields.
TYPESCRIPT = """
(function_declaration name: (identifier) @name) @definition.function
(generator_function_declaration name: (identifier) @name) @definition.function
(function_signature name: (identifier) @name) @definition.function
(class_declaration name: (type_identifier) @name) @definition.class
(abstract_class_declaration name: (type_identifier) @name) @definition.class
(interface_declaration name: (type_identifier) @name) @definition.interface
(type_alias_declaration name: (type_identifier) @name) @definition.type
(enum_declaration name: (identifier) @name) @definition.type
(method_definition name: (property_identifier) @name) @definition.method
(method_signature name: (property_identifier) @name) @definition.method
(abstract_method_signature name: (property_identifier) @name) @definition.method
(public_field_definition name: (property_identifier) @name) @definition.field
(property_signature name: (property_identifier) @name) @definition.field
(program (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(program (export_statement declaration: (lexical_declaration
  (variable_declarator name: (identifier) @name) @definition.constant)))
(pair key: (property_identifier) @name value: [(arrow_function) (function_expression)]) @definition.function
(assignment_expression left: [(identifier) @name (member_expression property: (property_identifier) @name)]
  right: [(arrow_function) (function_expression)]) @definition.function
"""

GO = """
(const_spec name: (identifier) @name) @definition.constant
(source_file (var_declaration (var_spec name: (identifier) @name) @definition.constant))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @name) @definition.constant)))
(field_declaration name: (field_identifier) @name) @definition.field
(method_elem name: (field_identifier) @name) @definition.method
"""

RUST = """
(const_item name: (identifier) @name) @definition.constant
(static_item name: (identifier) @name) @definition.constant
(field_declaration name: (field_identifier) @name) @definition.field
(enum_variant name: (identifier) @name) @definition.field
(function_signature_item name: (identifier) @name) @definition.method
"""

JAVA = """
(constructor_declaration name: (identifier) @name) @definition.method
(enum_declaration name: (identifier) @name) @definition.class
(record_declaration name: (identifier) @name) @definition.class
(annotation_type_declaration name: (identifier) @name) @definition.interface
(field_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.field
(enum_constant name: (identifier) @name) @definition.field
"""

C = """
(preproc_def name: (identifier) @name) @definition.constant
(preproc_function_def name: (identifier) @name) @definition.macro
(field_declaration declarator: (field_identifier) @name) @definition.field
(field_declaration declarator: (pointer_declarator declarator: (field_identifier) @name)) @definition.field
(enumerator name: (identifier) @name) @definition.constant
(translation_unit
  (declaration declarator: (init_declarator declarator: (identifier) @name)) @definition.constant)
"""

CPP = (
    C
    + """
(namespace_definition name: (namespace_identifier) @name) @definition.module
(function_declarator declarator: (qualified_identifier name: (identifier) @name)) @definition.method
(function_declarator declarator: (qualified_identifier
  name: (qualified_identifier name: (identifier) @name))) @definition.method
(alias_declaration name: (type_identifier) @name) @definition.type
"""
)

C_SHARP = """
(class_declaration name: (identifier) @name) @definition.class
(struct_declaration name: (identifier) @name) @definition.class
(record_declaration name: (identifier) @name) @definition.class
(interface_declaration name: (identifier) @name) @definition.interface
(enum_declaration name: (identifier) @name) @definition.type
(enum_member_declaration name: (identifier) @name) @definition.field
(delegate_declaration name: (identifier) @name) @definition.type
(method_declaration name: (identifier) @name) @definition.method
(local_function_statement name: (identifier) @name) @definition.function
(constructor_declaration name: (identifier) @name) @definition.method
(property_declaration name: (identifier) @name) @definition.field
(field_declaration (variable_declaration (variable_declarator name: (identifier) @name))) @definition.field
"""

RUBY = """
(assignment left: (constant) @name) @definition.constant
(call method: (identifier) @_method arguments: (argument_list (simple_symbol) @name)
  (#match? @_method "^(attr_reader|attr_writer|attr_accessor|scope|belongs_to|has_many|has_one|delegate)$")
) @definition.field
"""

PHP = """
(enum_declaration name: (name) @name) @definition.class
(const_declaration (const_element (name) @name)) @definition.constant
(enum_case name: (name) @name) @definition.field
(property_promotion_parameter name: (variable_name (name) @name)) @definition.field
"""
