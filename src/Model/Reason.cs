namespace Vigil.Model;

/// <summary>Why a transaction scored high: one group of its features, and what is normal for its card.</summary>
/// <param name="Code">Short and stable: the feature's name in capitals, such as AMOUNT_RATIO.</param>
/// <param name="Text">What the feature is, in words.</param>
/// <param name="Value">The transaction's value, in the feature's unit.</param>
/// <param name="Normal">The mean of the card's transactions in the model's context, in the same unit and on the feature's own scale
/// (a geometric mean for logarithmic features); the training rows' mean where the card has no others.</param>
public sealed record Reason(string Code, string Text, double Value, double Normal);
