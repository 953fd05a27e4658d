//! Tokens to expressions. Source: part C4 of the language reference.

use super::ast::{BinaryOperator, Expr, ExprKind, For, Name, UnaryOperator};
use super::lexer::Kind;
use super::parser::Parser;

/// The largest integer of the language, without a minus and with it.
const LARGEST: u64 = i64::MAX as u64;
const LARGEST_NEGATED: u64 = LARGEST + 1;

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Expr {
        if self.lost || !self.enter() {
            return self.missing();
        }
        let start = self.token.start;
        let mut expr = self.binary(0);
        if !self.lost {
            self.continued(b'?');
            if self.at(Kind::Question) {
                expr = self.ternary(start, expr);
            }
        }
        self.leave();
        expr
    }

    fn ternary(&mut self, start: u32, condition: Expr) -> Expr {
        let mut height = self.height;
        self.advance();
        let then = self.expression();
        height = height.max(self.height);
        self.continued(b':');
        let help = "write `condition ? value : otherwise`";
        self.expect(Kind::Colon, ":", help);
        let otherwise = self.expression();
        self.around(height.max(self.height));
        Expr {
            kind: ExprKind::Ternary {
                condition: Box::new(condition),
                then: Box::new(then),
                otherwise: Box::new(otherwise),
            },
            span: self.since(start),
        }
    }

    /// Operands and the operators between them that bind closer than `least`.
    fn binary(&mut self, least: u8) -> Expr {
        let start = self.token.start;
        let mut left = self.unary();
        let mut height = self.height;
        while let Some((operator, strength)) = binary_operator(self.token.kind) {
            if strength <= least || self.lost || !self.may_grow(height) {
                break;
            }
            let operator_span = self.place(self.token);
            self.advance();
            let right = self.binary(strength);
            height = height.max(self.height) + 1;
            left = Expr {
                kind: ExprKind::Binary {
                    operator,
                    operator_span,
                    left: Box::new(left),
                    right: Box::new(right),
                },
                span: self.since(start),
            };
        }
        self.height = height;
        left
    }

    fn unary(&mut self) -> Expr {
        let operator = match self.token.kind {
            Kind::Exclamation => UnaryOperator::Not,
            Kind::Minus => UnaryOperator::Minus,
            _ => return self.postfix(LARGEST),
        };
        let start = self.token.start;
        self.advance();
        let operand = self.postfix(match operator {
            UnaryOperator::Not => LARGEST,
            UnaryOperator::Minus => LARGEST_NEGATED,
        });
        let height = self.height;
        if !self.may_grow(height) {
            return self.missing();
        }
        self.around(height);
        Expr {
            kind: ExprKind::Unary {
                operator,
                operand: Box::new(operand),
            },
            span: self.since(start),
        }
    }

    /// A value and what is taken out of it.
    pub(super) fn postfix(&mut self, largest: u64) -> Expr {
        let start = self.token.start;
        let mut expr = self.primary(largest);
        let mut height = self.height;
        loop {
            let step = matches!(
                self.token.kind,
                Kind::Dot | Kind::LeftSquare | Kind::DoubleColon | Kind::Exclamation
            );
            if !step || self.lost || !self.may_grow(height) {
                break;
            }
            self.height = 0;
            let base = Box::new(expr);
            let kind = match self.token.kind {
                Kind::Dot => self.member_access(base),
                Kind::LeftSquare => self.index(base),
                Kind::DoubleColon => {
                    self.advance();
                    let help = "write the symbolic name of a resource in the body: `cluster::pool`";
                    let name = self.name("the name of a nested resource", help);
                    ExprKind::Child { base, name }
                }
                _ => {
                    self.advance();
                    ExprKind::NonNull(base)
                }
            };
            height = height.max(self.height) + 1;
            expr = Expr {
                kind,
                span: self.since(start),
            };
        }
        self.height = height;
        expr
    }

    fn member_access(&mut self, base: Box<Expr>) -> ExprKind {
        self.advance();
        let safe = self.eat(Kind::Question);
        let help = "write a name after `.`; other keys stand in brackets: `value['a-b']`";
        let name = self.name("the name of a property or function", help);
        if self.at(Kind::LeftParen) && !safe && !self.lost {
            let args = self.arguments();
            return ExprKind::MethodCall { base, name, args };
        }
        ExprKind::Property { base, safe, name }
    }

    fn index(&mut self, base: Box<Expr>) -> ExprKind {
        self.advance();
        let safe = self.eat(Kind::Question);
        let from_end = self.eat(Kind::Caret);
        let index = if self.at(Kind::RightSquare) {
            let help = "write a position or the name of a property between the brackets";
            self.expected_softly("an expression", help);
            self.missing()
        } else {
            self.expression()
        };
        self.expect(Kind::RightSquare, "]", "close the bracket with `]`");
        ExprKind::Index {
            base,
            safe,
            from_end,
            index: Box::new(index),
        }
    }

    fn primary(&mut self, largest: u64) -> Expr {
        let start = self.token.start;
        self.height = 1;
        let kind = match self.token.kind {
            Kind::Word => self.word(),
            Kind::Int => self.integer(largest),
            Kind::Quote | Kind::Block(_) => return self.string(),
            Kind::LeftBrace => {
                self.no_literal_in_hole();
                return self.object(false);
            }
            Kind::LeftSquare => {
                self.no_literal_in_hole();
                return self.array();
            }
            Kind::LeftParen => self.parentheses(start),
            _ => {
                let help = "write a value: a text in single quotes, a number, an array, an object, a name or a call";
                self.expected("an expression", help);
                return self.missing();
            }
        };
        Expr {
            kind,
            span: self.since(start),
        }
    }

    fn no_literal_in_hole(&mut self) {
        if self.holes > 0 {
            let place = self.place(self.token);
            let message = "an array or object literal cannot stand inside a text";
            self.problem(place, message, "put it into a variable and use its name");
        }
    }

    /// A keyword, a symbol, a call or a lambda.
    fn word(&mut self) -> ExprKind {
        let literal = match self.text(self.token) {
            "true" => Some(ExprKind::Bool(true)),
            "false" => Some(ExprKind::Bool(false)),
            "null" => Some(ExprKind::Null),
            _ => None,
        };
        if let Some(literal) = literal {
            self.advance();
            return literal;
        }
        let name = self.take_name();
        match self.token.kind {
            Kind::LeftParen => {
                let args = self.arguments();
                ExprKind::Call { name, args }
            }
            Kind::Arrow => self.lambda(vec![name]),
            _ => ExprKind::Variable(name),
        }
    }

    /// An integer, behind a minus or not.
    pub(super) fn integer_of(&mut self, negated: bool) -> ExprKind {
        self.integer(if negated { LARGEST_NEGATED } else { LARGEST })
    }

    fn integer(&mut self, largest: u64) -> ExprKind {
        let value = self.text(self.token).parse().ok();
        let value = value.filter(|value| *value <= largest);
        if value.is_none() {
            let place = self.place(self.token);
            let message = format!("`{}` is no integer of 64 bits", self.text(self.token));
            self.problem(place, message, "use a smaller number, or a text");
        }
        self.advance();
        value.map_or(ExprKind::Error, ExprKind::Int)
    }

    /// `(value)` or the parameters of a lambda.
    fn parentheses(&mut self, start: u32) -> ExprKind {
        self.advance();
        let mut items = Vec::with_capacity(1);
        let mut height = 0;
        if !self.at(Kind::RightParen) {
            loop {
                items.push(self.expression());
                height = height.max(self.height);
                if self.lost || !self.eat(Kind::Comma) {
                    break;
                }
            }
        }
        self.expect(Kind::RightParen, ")", "close the parenthesis with `)`");
        if self.at(Kind::Arrow) && !self.lost {
            let params = items.into_iter().map(lambda_parameter);
            if let Some(params) = params.collect() {
                return self.lambda(params);
            }
            let message = "the parameters of a lambda are names";
            self.problem(self.since(start), message, "write `(item, index) => value`");
            self.lost = true;
            return ExprKind::Error;
        }
        self.around(height);
        if items.len() != 1 {
            let message = "parentheses stand around exactly one expression";
            let help = "write one expression between them";
            self.problem(self.since(start), message, help);
            self.lost = true;
        }
        match items.pop() {
            Some(inner) if items.is_empty() => ExprKind::Parenthesized(Box::new(inner)),
            _ => ExprKind::Error,
        }
    }

    fn lambda(&mut self, params: Vec<Name>) -> ExprKind {
        self.advance();
        self.newlines();
        let body = self.expression();
        self.around(self.height);
        ExprKind::Lambda {
            params,
            body: Box::new(body),
        }
    }

    /// `(a, b)`: an end of line may follow the parenthesis and a comma, and stand before the closing parenthesis.
    pub(super) fn arguments(&mut self) -> Vec<Expr> {
        let first = self.open.args.len();
        let mut height = 0;
        self.advance();
        self.newlines();
        if !self.at(Kind::RightParen) {
            loop {
                let arg = self.expression();
                self.open.args.push(arg);
                height = height.max(self.height);
                if !self.more_arguments() {
                    break;
                }
            }
        }
        self.expect(Kind::RightParen, ")", "close the list with `)`");
        self.around(height);
        self.open.args.drain(first..).collect()
    }

    /// After an argument: passes the comma and the ends of lines that may stand there.
    pub(super) fn more_arguments(&mut self) -> bool {
        if self.lost {
            return false;
        }
        if self.eat(Kind::Comma) {
            self.newlines();
            return true;
        }
        if self.at(Kind::Newline) && self.ahead().0 == b')' {
            self.advance();
        } else if !self.at(Kind::RightParen) {
            let help = "put `,` between two arguments and `)` after the last";
            self.expected("`,` or `)`", help);
        }
        false
    }

    /// `[for ..]`, the token being `for`. The body is a value, or what `body` of a resource may be.
    pub(super) fn loop_expression(&mut self, start: u32, resources: Option<bool>) -> Expr {
        const HELP: &str =
            "write `[for item in array: value]` or `[for (item, index) in array: value]`";
        self.advance();
        let (item, index) = self.loop_variables(HELP);
        if !self.lost && !self.eat_word("in") {
            self.expected("`in`", HELP);
        }
        let array = self.expression();
        let mut height = self.height;
        self.expect(Kind::Colon, ":", HELP);
        let body = match resources {
            None => self.expression(),
            Some(resources) => self.loop_body(resources),
        };
        height = height.max(self.height);
        self.close_loop(start, HELP);
        self.around(height + 1);
        let body = For {
            item,
            index,
            array,
            body,
        };
        Expr {
            kind: ExprKind::For(Box::new(body)),
            span: self.since(start),
        }
    }

    fn loop_variables(&mut self, help: &str) -> (Name, Option<Name>) {
        if !self.eat(Kind::LeftParen) {
            return (self.name("the name of a loop variable", help), None);
        }
        let item = self.name("the name of a loop variable", help);
        self.expect(Kind::Comma, ",", help);
        let index = self.name("the name of an index variable", help);
        self.expect(Kind::RightParen, ")", help);
        (item, Some(index))
    }

    fn loop_body(&mut self, resources: bool) -> Expr {
        if !self.lost && (self.at(Kind::LeftBrace) || self.at_word("if")) {
            return self.body(resources);
        }
        self.expected("`{` or `if`", "write the body as an object");
        self.missing()
    }

    /// The bracket after the body, for which the line may end.
    fn close_loop(&mut self, start: u32, help: &str) {
        if !self.lost && self.at(Kind::Newline) {
            self.newlines();
            if !self.at(Kind::RightSquare) && !self.at(Kind::End) {
                self.abandoned = self.at_declaration();
                self.expected("`]`", help);
            }
        }
        self.close(Kind::RightSquare, "]", start);
    }

    /// What a resource or module is: an object, `if (condition) object` or a loop of them.
    pub(super) fn body(&mut self, resources: bool) -> Expr {
        const HELP: &str =
            "write `{ .. }`, `if (condition) { .. }` or `[for item in array: { .. }]`";
        if self.lost || !self.enter() {
            return self.missing();
        }
        let body = match self.token.kind {
            Kind::LeftBrace => self.object(resources),
            Kind::Word if self.at_word("if") => self.conditional(resources),
            Kind::LeftSquare => {
                let start = self.token.start;
                self.advance();
                self.newlines();
                if self.at_word("for") {
                    self.loop_expression(start, Some(resources))
                } else {
                    self.expected("`for`", HELP);
                    self.missing()
                }
            }
            _ => {
                self.expected("`{`, `[` or `if`", HELP);
                self.missing()
            }
        };
        self.leave();
        body
    }

    fn conditional(&mut self, resources: bool) -> Expr {
        const HELP: &str = "write `if (condition) { .. }`";
        let start = self.token.start;
        self.advance();
        let parenthesis = self.eat(Kind::LeftParen);
        if !parenthesis {
            self.expected_softly("`(`", HELP);
        }
        let condition = if self.at(Kind::RightParen) {
            self.expected_softly("an expression", HELP);
            self.missing()
        } else {
            self.expression()
        };
        let mut height = self.height;
        if parenthesis {
            self.expect(Kind::RightParen, ")", HELP);
        }
        let body = if self.at(Kind::LeftBrace) && !self.lost {
            self.object(resources)
        } else {
            self.expected("`{`", HELP);
            self.missing()
        };
        height = height.max(self.height);
        self.around(height);
        Expr {
            kind: ExprKind::If {
                condition: Box::new(condition),
                body: Box::new(body),
            },
            span: self.since(start),
        }
    }
}

fn lambda_parameter(expr: Expr) -> Option<Name> {
    match expr.kind {
        ExprKind::Variable(name) => Some(name),
        _ => None,
    }
}

/// The operator, and how close it binds.
fn binary_operator(kind: Kind) -> Option<(BinaryOperator, u8)> {
    Some(match kind {
        Kind::DoubleQuestion => (BinaryOperator::Coalesce, 1),
        Kind::Or => (BinaryOperator::Or, 2),
        Kind::And => (BinaryOperator::And, 3),
        Kind::Equal => (BinaryOperator::Equal, 4),
        Kind::NotEqual => (BinaryOperator::NotEqual, 4),
        Kind::Similar => (BinaryOperator::EqualIgnoringCase, 4),
        Kind::NotSimilar => (BinaryOperator::NotEqualIgnoringCase, 4),
        Kind::Less => (BinaryOperator::Less, 5),
        Kind::LessOrEqual => (BinaryOperator::LessOrEqual, 5),
        Kind::Greater => (BinaryOperator::Greater, 5),
        Kind::GreaterOrEqual => (BinaryOperator::GreaterOrEqual, 5),
        Kind::Plus => (BinaryOperator::Add, 6),
        Kind::Minus => (BinaryOperator::Subtract, 6),
        Kind::Star => (BinaryOperator::Multiply, 7),
        Kind::Slash => (BinaryOperator::Divide, 7),
        Kind::Percent => (BinaryOperator::Modulo, 7),
        _ => return None,
    })
}
