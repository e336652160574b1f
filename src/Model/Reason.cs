namespace Vigil.Model;

/// <summary>Why a transaction scored high: one group of its features, and what is normal for its card.</summary>
/// <param name="Code">Short and stable: what the group is called, such as AMOUNT_UNUSUAL.</param>
/// <param name="Text">What the group tells and which of its features speaks for it, in words.</param>
/// <param name="Value">That feature of the transaction, in its unit; of a categorical feature the category.</param>
/// <param name="Normal">The mean of the card's transactions in the model's context, in the same unit and on the feature's own scale
/// (geometric for logarithmic features); the training rows' mean where the card has no others; of a categorical feature the commonest category.</param>
public sealed record Reason(string Code, string Text, double Value, double Normal);
