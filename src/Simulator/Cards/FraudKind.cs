namespace Vigil.Simulator.Cards;

/// <summary>How a transaction of a <see cref="CardsWorld"/> is fraudulent; the number stands in a file's fraud_scenario.</summary>
public enum FraudKind : byte
{
    /// <summary>It is the cardholder's own.</summary>
    None,
    /// <summary>Scripted small authorisations that find out which stolen card numbers work.</summary>
    CardTesting,
    /// <summary>A physical card in a thief's hands, until its holder notices.</summary>
    StolenCard,
    /// <summary>A copy of a card that was skimmed at a compromised terminal, used where the magnetic stripe is still read.</summary>
    CompromisedTerminal,
    /// <summary>A stranger in the cardholder's account: a new device, another country, then other purchases.</summary>
    AccountTakeover,
    /// <summary>A stolen card number used up in web shops.</summary>
    CardNotPresent,
    /// <summary>A cardholder who runs up the limit and never pays.</summary>
    BustOut,
    /// <summary>A merchant who charges cards for nothing, with or without their holders' help.</summary>
    MerchantCollusion,
}
