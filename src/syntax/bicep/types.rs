//! Tokens to type expressions. Source: part C3 of the language reference.

use super::ast::{
    Expr, ExprKind, GenericType, TupleItem, Type, TypeKind, TypeMember, UnaryOperator,
};
use super::lexer::Kind;
use super::parser::Parser;

const HELP: &str =
    "write a type: `string`, `int`, `bool`, `object`, `array`, a literal or the name of a type";

impl Parser<'_> {
    fn no_type(&mut self) -> Type {
        self.height = 1;
        Type {
            kind: TypeKind::Error,
            span: self.gap(),
        }
    }

    /// A type; where none begins it is reported missing, and reading goes on as if it were there.
    pub(super) fn type_or_gap(&mut self) -> Type {
        let missing = matches!(
            self.token.kind,
            Kind::Assign | Kind::Newline | Kind::End | Kind::RightParen | Kind::Comma | Kind::Arrow
        );
        if missing && !(self.at(Kind::Newline) && self.ahead().0 == b'|') {
            self.expected_softly("a type", HELP);
            return self.no_type();
        }
        self.type_expression()
    }

    /// A type, alternatives included.
    pub(super) fn type_expression(&mut self) -> Type {
        if self.lost || !self.enter() {
            return self.no_type();
        }
        self.continued(b'|');
        let start = self.token.start;
        self.eat(Kind::Pipe);
        let first = self.type_postfix();
        let mut height = self.height;
        let mut members = vec![first];
        loop {
            if self.lost {
                break;
            }
            self.continued(b'|');
            if !self.eat(Kind::Pipe) {
                break;
            }
            members.push(self.type_postfix());
            height = height.max(self.height);
        }
        self.leave();
        self.height = height;
        if members.len() == 1
            && let Some(only) = members.pop()
        {
            return only;
        }
        self.around(height);
        Type {
            kind: TypeKind::Union(members),
            span: self.since(start),
        }
    }

    /// A type and what is taken out of it or put around it.
    fn type_postfix(&mut self) -> Type {
        let operator = match self.token.kind {
            Kind::Exclamation => Some(UnaryOperator::Not),
            Kind::Minus => Some(UnaryOperator::Minus),
            _ => None,
        };
        let outer = self.token.start;
        if operator.is_some() {
            self.advance();
        }
        let start = self.token.start;
        let mut ty = self.type_primary(operator == Some(UnaryOperator::Minus));
        let mut height = self.height;
        while !self.lost {
            let step = matches!(
                self.token.kind,
                Kind::LeftSquare | Kind::Question | Kind::Exclamation | Kind::Dot
            );
            if !step || !self.may_grow(height) {
                break;
            }
            self.height = 0;
            let kind = self.type_step(Box::new(ty));
            height = height.max(self.height) + 1;
            ty = Type {
                kind,
                span: self.since(start),
            };
        }
        self.height = height;
        let Some(operator) = operator else {
            return ty;
        };
        self.around(height);
        Type {
            kind: TypeKind::Unary {
                operator,
                operand: Box::new(ty),
            },
            span: self.since(outer),
        }
    }

    fn type_step(&mut self, base: Box<Type>) -> TypeKind {
        match self.token.kind {
            Kind::Question => {
                self.advance();
                TypeKind::Nullable(base)
            }
            Kind::Exclamation => {
                self.advance();
                TypeKind::NonNull(base)
            }
            Kind::Dot => self.type_member_access(base),
            _ => self.type_index(base),
        }
    }

    fn type_member_access(&mut self, base: Box<Type>) -> TypeKind {
        self.advance();
        if self.eat(Kind::Star) {
            return TypeKind::AdditionalProperties(base);
        }
        let name = self.name(
            "the name of a property or `*`",
            "write `type.property` or `type.*`",
        );
        if !self.at(Kind::Less) || self.lost {
            return TypeKind::Property { base, name };
        }
        let args = self.type_arguments();
        let TypeKind::Name(namespace) = base.kind else {
            let message = "only a namespace has types with arguments";
            self.problem(name.span, message, HELP);
            return TypeKind::Error;
        };
        TypeKind::Generic(Box::new(GenericType {
            namespace: Some(namespace),
            name,
            args,
        }))
    }

    /// `[]`, `[*]` or `[0]`.
    fn type_index(&mut self, base: Box<Type>) -> TypeKind {
        self.advance();
        if self.eat(Kind::RightSquare) {
            return TypeKind::Array(base);
        }
        let any = self.eat(Kind::Star);
        let index = (!any).then(|| self.type_expression());
        let help = "write `type[]`, `type[*]` or `type[0]`";
        self.expect(Kind::RightSquare, "]", help);
        match index {
            None => TypeKind::AnyItem(base),
            Some(index) => TypeKind::Item {
                base,
                index: Box::new(index),
            },
        }
    }

    /// `<T, U>`; the token is the angle bracket.
    fn type_arguments(&mut self) -> Vec<Type> {
        let mut args = Vec::with_capacity(1);
        let mut height = 0;
        self.advance();
        loop {
            args.push(self.type_expression());
            height = height.max(self.height);
            if self.lost || !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::Greater, ">", "close the list with `>`");
        self.height = height;
        args
    }

    fn type_primary(&mut self, negated: bool) -> Type {
        let start = self.token.start;
        self.height = 1;
        let kind = match self.token.kind {
            Kind::Word => self.type_word(),
            Kind::Int => self.type_integer(negated),
            Kind::Quote | Kind::Block(_) => match self.string().kind {
                ExprKind::Text(text) => TypeKind::Text(text),
                ExprKind::Interpolated(parts) => TypeKind::Interpolated(parts),
                _ => TypeKind::Error,
            },
            Kind::LeftBrace => self.object_type(start),
            Kind::LeftSquare => self.tuple_type(start),
            Kind::LeftParen => {
                self.advance();
                let inner = self.type_expression();
                self.expect(Kind::RightParen, ")", "close the parenthesis with `)`");
                self.around(self.height);
                TypeKind::Parenthesized(Box::new(inner))
            }
            _ => {
                self.expected("a type", HELP);
                return self.no_type();
            }
        };
        Type {
            kind,
            span: self.since(start),
        }
    }

    fn type_word(&mut self) -> TypeKind {
        let literal = match self.text(self.token) {
            "true" => Some(TypeKind::Bool(true)),
            "false" => Some(TypeKind::Bool(false)),
            "null" => Some(TypeKind::Null),
            _ => None,
        };
        if let Some(literal) = literal {
            self.advance();
            return literal;
        }
        if self.at_word("resource") && self.ahead().0 == b'\'' {
            self.advance();
            let text: Expr = self.string();
            return TypeKind::Resource(Box::new(text));
        }
        let name = self.take_name();
        if !self.at(Kind::Less) {
            return TypeKind::Name(name);
        }
        let args = self.type_arguments();
        self.around(self.height);
        TypeKind::Generic(Box::new(GenericType {
            namespace: None,
            name,
            args,
        }))
    }

    fn type_integer(&mut self, negated: bool) -> TypeKind {
        match self.integer_of(negated) {
            ExprKind::Int(value) => TypeKind::Int(value),
            _ => TypeKind::Error,
        }
    }

    fn object_type(&mut self, start: u32) -> TypeKind {
        let first = self.open.type_members.len();
        let mut height = 0;
        self.advance();
        while self.another_item(Kind::RightBrace, false) {
            if let Some(member) = self.type_member() {
                self.open.type_members.push(member);
                height = height.max(self.height);
            }
            self.separator(Kind::RightBrace);
        }
        self.close(Kind::RightBrace, "}", start);
        self.around(height);
        TypeKind::Object(self.open.type_members.drain(first..).collect())
    }

    fn type_member(&mut self) -> Option<TypeMember> {
        let start = self.token.start;
        let decorators = self.decorators();
        let mut height = self.height;
        let key = if self.eat(Kind::Star) {
            None
        } else {
            Some(self.key()?)
        };
        self.expect(Kind::Colon, ":", "put `:` between the name and the type");
        let ty = self.type_or_gap();
        height = height.max(self.height);
        self.height = height;
        Some(TypeMember {
            decorators,
            key,
            ty,
            span: self.since(start),
        })
    }

    fn tuple_type(&mut self, start: u32) -> TypeKind {
        let mut items = Vec::new();
        let mut height = 0;
        self.advance();
        while self.another_item(Kind::RightSquare, false) {
            let item = self.token.start;
            let decorators = self.decorators();
            height = height.max(self.height);
            let ty = self.type_expression();
            height = height.max(self.height);
            items.push(TupleItem {
                decorators,
                ty,
                span: self.since(item),
            });
            self.separator(Kind::RightSquare);
        }
        self.close(Kind::RightSquare, "]", start);
        self.around(height);
        TypeKind::Tuple(items)
    }
}
