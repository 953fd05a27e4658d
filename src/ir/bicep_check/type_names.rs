//! Every name in a type expression: whether it stands for a type.

use super::names::TYPES;
use super::references::Exported;
use super::symbols::SymbolKind;
use super::{Check, Use, similar};
use crate::finding::ProblemKind;
use crate::syntax::bicep::Node;
use crate::syntax::bicep::ast::{GenericType, Key, Name, Type, TypeKind};

const HELP: &str = "name a type: `string`, `int`, `bool`, `object`, `array`, `any`, or one that is declared with `type`";

impl Check<'_> {
    /// Looks up every name in a type.
    pub(super) fn check_type(&mut self, owner: Option<usize>, ty: &Type) {
        match &ty.kind {
            TypeKind::Name(name) => self.type_name(owner, name),
            TypeKind::Property { base, name } => match &base.kind {
                TypeKind::Name(space) if self.is_space(space) => {
                    self.type_in_space(owner, space, name);
                }
                _ => self.check_type(owner, base),
            },
            TypeKind::Generic(generic) => self.generic(generic),
            _ => Node::Type(ty).children(&mut |child| match child {
                Node::Type(inner) => self.check_type(owner, inner),
                Node::TypeMember(member) => {
                    if let Some(Key::Computed(key)) = &member.key {
                        let message = "the name of a member of a type has no holes";
                        let help = "write out the name";
                        self.report(ProblemKind::ExpressionSyntax, key.span, message, help);
                    }
                    self.check_type(owner, &member.ty);
                }
                Node::TupleItem(item) => self.check_type(owner, &item.ty),
                _ => {}
            }),
        }
    }

    fn is_space(&self, name: &Name) -> bool {
        match self.symbols.find(&name.text) {
            Some(index) => {
                let found = self.symbols.all.get(index);
                found.is_some_and(|found| found.kind == SymbolKind::Namespace)
            }
            None => matches!(&*name.text, "sys" | "az"),
        }
    }

    fn type_name(&mut self, owner: Option<usize>, name: &Name) {
        let Some(to) = self.symbols.find(&name.text) else {
            self.type_of_the_language(name);
            return;
        };
        self.uses.push(Use {
            from: owner,
            to,
            place: name.span,
        });
        let kind = self.symbols.all.get(to).map(|found| found.kind);
        let is_type = match kind {
            Some(SymbolKind::Type) => true,
            Some(SymbolKind::Imported) => {
                !matches!(self.exported(to), Exported::Var | Exported::Func(_))
            }
            _ => false,
        };
        if !is_type {
            self.no_type(name, "is no type");
        }
    }

    fn no_type(&mut self, name: &Name, why: &str) {
        let message = format!("`{}` {why}", name.text);
        self.report(ProblemKind::UndefinedSymbol, name.span, message, HELP);
    }

    fn type_of_the_language(&mut self, name: &Name) {
        let text = &*name.text;
        if matches!(text, "resourceInput" | "resourceOutput") {
            let message = format!("`{text}` needs the type of a resource");
            let help = "write it out: `resourceInput<'Namespace/type@2024-01-01'>.properties`";
            return self.report(ProblemKind::WrongArity, name.span, message, help);
        }
        if text.is_empty() || TYPES.contains(&text) || text == "resource" {
            return;
        }
        if matches!(text, "sys" | "az") {
            return self.no_type(name, "is a namespace and no type");
        }
        let types = self.symbols.all.iter();
        let types = types.filter(|one| one.kind == SymbolKind::Type);
        let known = types.map(|one| &*one.name.text).chain(TYPES);
        let help = match similar(text, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => HELP.to_owned(),
        };
        let message = format!("there is no type `{text}`");
        self.report(ProblemKind::UndefinedSymbol, name.span, message, &help);
    }

    /// `namespace.name`.
    fn type_in_space(&mut self, owner: Option<usize>, space: &Name, name: &Name) {
        let Some(to) = self.symbols.find(&space.text) else {
            let known = &*space.text == "sys" && TYPES.contains(&&*name.text);
            if !known && !name.text.is_empty() {
                let why = format!("is no type of `{}`", space.text);
                self.no_type(name, &why);
            }
            return;
        };
        self.uses.push(Use {
            from: owner,
            to,
            place: space.span,
        });
        if matches!(
            self.exported_from(to, &name.text),
            Exported::Absent | Exported::Var | Exported::Func(_)
        ) {
            self.no_type(name, "is no type that the imported file exports");
        }
    }

    /// `resourceInput<'..'>`.
    fn generic(&mut self, generic: &GenericType) {
        let GenericType {
            namespace,
            name,
            args,
        } = generic;
        let own = namespace.as_ref().is_none_or(|space| &*space.text == "sys");
        let known = matches!(&*name.text, "resource" | "resourceInput" | "resourceOutput");
        if !own || !known {
            return self.no_type(name, "takes no arguments, or is no type");
        }
        self.wrong_count(name.span, &name.text, args.len(), (1, 1));
        if let Some(TypeKind::Text(text)) = args.first().map(|arg| &arg.kind) {
            let place = args.first().map_or(name.span, |arg| arg.span);
            self.check_resource_type(text, place);
        }
    }
}
