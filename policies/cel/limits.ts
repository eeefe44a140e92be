/** cel-go refuses longer expressions too; everything after the lexer is linear in it or bounded by what follows. */
export const maxExpressionCodePoints = 100_000;

/** Nesting of brackets, conditionals and unary operators: the parser recurses. cel-go's bound. */
export const maxParseDepth = 250;

/** Height of the tree, which chains such as `1 + 1 + ...` make without nesting: checker and interpreter recurse. */
export const maxTreeHeight = 1_000;

/** Cost units of one expression, as the API server's PerCallLimit. */
export const maxExpressionCost = 1_000_000;

/** Cost units of all expressions of one policy, as the API server's RuntimeCELCostBudget. */
export const maxPolicyCost = 10_000_000;

/** Cost units of all match conditions of one policy, as the API server's RuntimeCELCostBudgetMatchConditions. */
export const maxMatchConditionsCost = 2_500_000;

/** Length of what a message expression answers, in bytes: 5 KiB, as in the API server. */
export const maxMessageBytes = 5 * 1024;

/** Elements of a list that `+`, `lists.range`, `split` or a macro makes: cost counts appending as 1 whatever the length. */
export const maxListLength = 1_000_000;

/** UTF-16 units of a string that an expression makes: twice what the whole cost of an expression can pay for. */
export const maxStringLength = 20_000_000;

/** Steps of work that cost does not count (deep equality, copying of lists), per evaluation: about 0.2 s. */
export const maxUncountedWork = 5_000_000;

/** Generated source of one expression, in characters: beyond it compiling costs more than interpreting. */
export const maxGeneratedSource = 400_000;
