//! Tokens to declarations. Source: parts C2 and C6 of the language reference.

use super::ast::{
    Decorator, Expr, ExprKind, FileKind, FuncParam, ImportItem, Imports, Name, Resource, Statement,
    StatementKind,
};
use super::lexer::{Kind, Token};
use super::parser::Parser;

/// Where a word may begin a declaration.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Home {
    Template,
    Parameters,
    Both,
}

impl Parser<'_> {
    /// All declarations of the file.
    pub(super) fn statements(&mut self) -> Vec<Statement> {
        let mut statements = Vec::new();
        loop {
            self.newlines();
            if self.at(Kind::End) {
                statements.shrink_to_fit();
                return statements;
            }
            statements.push(self.statement());
            if !self.lost && !self.at(Kind::Newline) && !self.at(Kind::End) {
                let help = "begin the next declaration on a line of its own";
                self.expected("the end of the line", help);
                self.lost = true;
            }
            self.next_line();
        }
    }

    pub(super) fn statement(&mut self) -> Statement {
        let start = self.token.start;
        let decorators = self.decorators();
        let mut height = self.height;
        let keyword = self.token;
        let kind = if self.at(Kind::Word) {
            self.declaration(&decorators)
        } else {
            self.no_declaration(&decorators)
        };
        height = height.max(self.height);
        self.height = height;
        let span = self.since(start);
        let keyword = self.place(keyword);
        Statement {
            decorators,
            kind,
            keyword: if span.contains(keyword) {
                keyword
            } else {
                self.gap()
            },
            span,
        }
    }

    fn no_declaration(&mut self, decorators: &[Decorator]) -> StatementKind {
        const HELP: &str = "declarations begin with `param`, `var`, `resource`, `module`, `output`, `type`, `func`, `import`, `metadata` or `targetScope`";
        self.height = 1;
        if let Some(last) = decorators.last() {
            let message = "a declaration is expected after the decorator";
            self.problem(last.span, message, "put it above what it describes");
        } else if self.at(Kind::Word) {
            let message = format!("no declaration begins with `{}`", self.text(self.token));
            self.problem(self.place(self.token), message, HELP);
        } else {
            self.expected("a declaration", HELP);
        }
        self.lost = true;
        StatementKind::Error
    }

    fn declaration(&mut self, decorators: &[Decorator]) -> StatementKind {
        let keyword = self.token;
        let home = match self.text(keyword) {
            "param" | "var" | "type" | "import" => Home::Both,
            "targetScope" | "metadata" | "func" | "resource" | "module" | "output"
            | "extension" | "assert" | "test" => Home::Template,
            "using" | "extends" | "extensionConfig" => Home::Parameters,
            _ => return self.no_declaration(decorators),
        };
        self.check_home(keyword, home);
        self.advance();
        self.height = 1;
        match self.text(keyword) {
            "targetScope" => {
                self.assign("targetScope = 'resourceGroup'");
                let value = self.expression();
                StatementKind::TargetScope { value }
            }
            "metadata" => {
                let name = self.declared("the name of a metadata entry");
                self.assign("metadata name = value");
                let value = self.expression();
                StatementKind::Metadata { name, value }
            }
            "param" => self.param(),
            "type" => {
                let name = self.declared("the name of a type");
                self.assign("type name = string");
                let ty = self.type_or_gap();
                StatementKind::Type { name, ty }
            }
            "var" => self.var(),
            "func" => self.func(),
            "resource" => self.resource(),
            "module" => self.module(),
            "output" => self.output(),
            "import" => self.import(),
            "extension" => self.extension(),
            "assert" => {
                let name = self.declared("the name of an assertion");
                self.assign("assert name = condition");
                let value = self.expression();
                StatementKind::Assert { name, value }
            }
            "test" => {
                let name = self.declared("the name of a test");
                let path = self.path(
                    "the path of a template",
                    "write `test name 'main.bicep' = { .. }`",
                );
                self.assign("test name 'main.bicep' = { .. }");
                let body = self.expression();
                StatementKind::Test { name, path, body }
            }
            "using" => self.using(),
            "extends" => {
                let what = self.path(
                    "the path of a parameter file",
                    "write `extends 'base.bicepparam'`",
                );
                StatementKind::Extends { what }
            }
            _ => {
                let name = self.declared("the name of an extension");
                let config = self.with_object();
                StatementKind::ExtensionConfig { name, config }
            }
        }
    }

    /// Some declarations stand in templates only, some in parameter files only.
    fn check_home(&mut self, keyword: Token, home: Home) {
        let (message, help) = match (home, self.kind) {
            (Home::Template, FileKind::Parameters) => (
                "does not belong into a parameter file",
                "a parameter file has `using`, `extends`, `param`, `var`, `type` and `import`",
            ),
            (Home::Parameters, FileKind::Template) => (
                "belongs into a parameter file",
                "move it into a file that ends in `.bicepparam`",
            ),
            _ => return,
        };
        let message = format!("`{}` {message}", self.text(keyword));
        self.problem(self.place(keyword), message, help);
    }

    /// The name that is declared; reading goes on without one.
    fn declared(&mut self, what: &str) -> Name {
        if self.at(Kind::Word) {
            return self.take_name();
        }
        let help = "names begin with a letter or `_` and have letters, digits and `_`";
        self.expected_softly(what, help);
        if self.at(Kind::Unknown) {
            // The lexer reported it, and the rest of the word means nothing.
            self.lost = true;
        }
        self.no_name()
    }

    /// `=`; if it was only forgotten, reading goes on.
    fn assign(&mut self, example: &str) {
        if self.lost || self.eat(Kind::Assign) {
            return;
        }
        let help = format!("write `{example}`");
        let forgotten = matches!(
            self.token.kind,
            Kind::LeftBrace
                | Kind::LeftSquare
                | Kind::Quote
                | Kind::Block(_)
                | Kind::Int
                | Kind::Word
        );
        if forgotten {
            self.expected_softly("`=`", &help);
        } else {
            self.expected("`=`", &help);
        }
    }

    /// A text that names a file.
    fn path(&mut self, what: &str, help: &str) -> Expr {
        if !self.lost && matches!(self.token.kind, Kind::Quote | Kind::Block(_)) {
            return self.string();
        }
        self.expected(what, help);
        self.missing()
    }

    fn param(&mut self) -> StatementKind {
        let name = self.declared("the name of a parameter");
        if self.kind == FileKind::Parameters {
            self.assign("param name = value");
            let value = self.expression();
            return StatementKind::ParamAssignment { name, value };
        }
        let ty = Some(self.type_or_gap());
        let height = self.height;
        let default = (!self.lost && self.eat(Kind::Assign)).then(|| self.expression());
        self.height = self.height.max(height);
        StatementKind::Param { name, ty, default }
    }

    fn var(&mut self) -> StatementKind {
        let name = self.declared("the name of a variable");
        let typed = !matches!(self.token.kind, Kind::Assign | Kind::Newline | Kind::End);
        let ty = (typed && !self.lost).then(|| self.type_expression());
        let height = self.height;
        self.assign("var name = value");
        let value = self.expression();
        self.height = self.height.max(height);
        StatementKind::Var { name, ty, value }
    }

    fn output(&mut self) -> StatementKind {
        let name = self.declared("the name of an output");
        let ty = Some(self.type_or_gap());
        let height = self.height;
        self.assign("output name string = value");
        let value = self.expression();
        self.height = self.height.max(height);
        StatementKind::Output { name, ty, value }
    }

    fn func(&mut self) -> StatementKind {
        const EXAMPLE: &str = "write `func name(argument string) string => value`";
        let name = self.declared("the name of a function");
        let mut height = 1;
        let mut params = Vec::new();
        if self.expect(Kind::LeftParen, "(", EXAMPLE) {
            self.newlines();
            if !self.at(Kind::RightParen) {
                loop {
                    let start = self.token.start;
                    let name = self.name("the name of an argument", EXAMPLE);
                    let ty = self.type_or_gap();
                    height = height.max(self.height);
                    let span = self.since(start);
                    params.push(FuncParam { name, ty, span });
                    if !self.more_arguments() {
                        break;
                    }
                }
            }
            self.expect(Kind::RightParen, ")", EXAMPLE);
        }
        let returns = self.type_or_gap();
        height = height.max(self.height);
        self.expect(Kind::Arrow, "=>", EXAMPLE);
        self.newlines_unless_lost();
        let body = self.expression();
        self.height = self.height.max(height);
        StatementKind::Func {
            name,
            params,
            returns,
            body,
        }
    }

    fn newlines_unless_lost(&mut self) {
        if !self.lost {
            self.newlines();
        }
    }

    fn resource(&mut self) -> StatementKind {
        const EXAMPLE: &str = "write `resource name 'Namespace/type@version' = { .. }`";
        let name = self.declared("the name of a resource");
        let ty = self.path("the type of the resource as a text", EXAMPLE);
        let existing = self.at_word("existing").then(|| self.place(self.token));
        if existing.is_some() {
            self.advance();
        }
        self.assign("resource name 'Namespace/type@version' = { .. }");
        self.condition_on_next_line();
        let body = self.body(true);
        StatementKind::Resource(Resource {
            name,
            ty,
            existing,
            body,
        })
    }

    fn module(&mut self) -> StatementKind {
        const EXAMPLE: &str = "write `module name 'file.bicep' = { .. }`";
        let name = self.declared("the name of a module");
        let path = self.path("the path of a module", EXAMPLE);
        self.assign("module name 'file.bicep' = { .. }");
        self.condition_on_next_line();
        let body = self.body(false);
        StatementKind::Module { name, path, body }
    }

    /// The line may end between `=` and `if`.
    fn condition_on_next_line(&mut self) {
        if self.at(Kind::Newline) && !self.lost {
            let rest = self.lexer.text.get(self.token.end as usize..);
            let rest = rest.and_then(|rest| rest.strip_prefix("if"));
            if rest.is_some_and(|rest| rest.starts_with([' ', '\t', '('])) {
                self.advance();
            }
        }
    }

    fn import(&mut self) -> StatementKind {
        const EXAMPLE: &str =
            "write `import { name } from 'file.bicep'` or `import * as name from 'file.bicep'`";
        let start = self.token.start;
        let what = match self.token.kind {
            // The older spelling of `extension`.
            Kind::Quote | Kind::Block(_) => return self.extension(),
            Kind::LeftBrace => self.import_list(start, EXAMPLE),
            Kind::Star => {
                self.advance();
                if !self.eat_word("as") {
                    self.expected("`as`", EXAMPLE);
                }
                let alias = self.name("a name for what is imported", EXAMPLE);
                let span = self.since(start);
                Imports::Wildcard { alias, span }
            }
            _ => {
                self.expected("`{` or `*`", EXAMPLE);
                Imports::Error(self.gap())
            }
        };
        if !self.lost && !self.eat_word("from") {
            self.expected("`from`", EXAMPLE);
        }
        let from = self.path("the path of a file", EXAMPLE);
        StatementKind::Import { what, from }
    }

    fn import_list(&mut self, start: u32, example: &str) -> Imports {
        let mut items = Vec::new();
        self.advance();
        while self.another_item(Kind::RightBrace, false) {
            let from = self.token.start;
            let quoted = matches!(self.token.kind, Kind::Quote | Kind::Block(_));
            let name = if quoted {
                self.quoted_name(example)
            } else {
                self.name("the name of what is imported", example)
            };
            let renamed = !self.lost && self.eat_word("as");
            if quoted && !renamed && !self.lost {
                let help = "write `import { 'name' as other } from 'file.bicep'`";
                self.problem(
                    name.span,
                    "what is named by a text needs another name here",
                    help,
                );
            }
            let alias = renamed.then(|| self.name("another name", example));
            let span = self.since(from);
            if !name.text.is_empty() {
                items.push(ImportItem { name, alias, span });
            }
            self.separator(Kind::RightBrace);
        }
        self.close(Kind::RightBrace, "}", start);
        let span = self.since(start);
        Imports::List { items, span }
    }

    fn quoted_name(&mut self, example: &str) -> Name {
        let text = self.string();
        if let ExprKind::Text(name) = text.kind {
            return Name {
                text: name,
                span: text.span,
            };
        }
        self.problem(
            text.span,
            "the name of what is imported has no holes",
            example,
        );
        Name {
            text: std::sync::Arc::from(""),
            span: text.span,
        }
    }

    fn extension(&mut self) -> StatementKind {
        const EXAMPLE: &str = "write `extension name` or `extension name with { .. } as alias`";
        let what = match self.token.kind {
            Kind::Word => {
                let name = self.take_name();
                let span = name.span;
                Expr {
                    kind: ExprKind::Variable(name),
                    span,
                }
            }
            _ => self.path("the name or path of an extension", EXAMPLE),
        };
        let config = self.with_object();
        let height = self.height;
        let named = !self.lost && self.eat_word("as");
        let alias = named.then(|| self.name("another name for the extension", EXAMPLE));
        self.height = height;
        StatementKind::Extension {
            what,
            config,
            alias,
        }
    }

    fn using(&mut self) -> StatementKind {
        let start = self.token.start;
        let what = if self.eat_word("none") {
            self.height = 1;
            Expr {
                kind: ExprKind::None,
                span: self.since(start),
            }
        } else {
            self.path(
                "the path of a template",
                "write `using 'main.bicep'` or `using none`",
            )
        };
        let config = self.with_object();
        StatementKind::Using { what, config }
    }

    /// `with {..}`, where it is there.
    fn with_object(&mut self) -> Option<Expr> {
        if self.lost || !self.eat_word("with") {
            return None;
        }
        if self.at(Kind::LeftBrace) {
            return Some(self.object(false));
        }
        self.expected("`{`", "write an object after `with`");
        Some(self.missing())
    }

    /// `@name(..)`, each on its own line.
    pub(super) fn decorators(&mut self) -> Vec<Decorator> {
        let first = self.open.decorators.len();
        let mut height = 0;
        while self.at(Kind::At) && !self.lost {
            let start = self.token.start;
            self.advance();
            let expr = self.decorator();
            height = height.max(self.height);
            let span = self.since(start);
            self.open.decorators.push(Decorator { expr, span });
            self.next_line_of_decorator();
            self.newlines();
        }
        self.around(height);
        self.open.decorators.drain(first..).collect()
    }

    fn decorator(&mut self) -> Expr {
        const EXAMPLE: &str = "write a decorator as `@description('text')`";
        if !self.at(Kind::Word) {
            self.expected("the name of a decorator", EXAMPLE);
            self.lost = true;
            return self.missing();
        }
        let expr = self.postfix(0);
        let is_call = matches!(
            expr.kind,
            ExprKind::Call { .. } | ExprKind::MethodCall { .. } | ExprKind::Error
        );
        if !is_call {
            let help = "add parentheses: `@secure()`";
            self.problem(expr.span, "a decorator is a call", help);
        }
        expr
    }

    fn next_line_of_decorator(&mut self) {
        if self.lost && !self.abandoned {
            self.next_line();
        } else if !self.abandoned && !self.at(Kind::Newline) && !self.at(Kind::End) {
            let help = "put what it describes on the next line";
            self.expected_softly("the end of the line", help);
        }
    }
}
