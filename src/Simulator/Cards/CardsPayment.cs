using Vigil.Ingest;

namespace Vigil.Simulator.Cards;

/// <summary>One transaction of a <see cref="CardsWorld"/> while it is being drawn.</summary>
struct CardsPayment
{
    internal const long PerSecond = 1_000_000;
    internal const long PerDay = 86_400 * PerSecond;

    /// <summary>Microseconds since the midnight with which the world's first day begins.</summary>
    internal long Time;

    /// <summary>When its fraud is reported, likewise.</summary>
    internal long ReportedAt;

    /// <summary>The cardholder's device; 0 for none.</summary>
    internal ulong Device;

    /// <summary>The customer's number, from 0.</summary>
    internal int Card;

    /// <summary>The merchant's number, from 0.</summary>
    internal int Merchant;

    /// <summary>The terminal's number, from 0; -1 for none.</summary>
    internal int Terminal;

    /// <summary>Minor units of the merchant's currency.</summary>
    internal int Amount;

    /// <summary>How the card was read.</summary>
    internal EntryMode EntryMode;

    /// <summary>The issuer's answer.</summary>
    internal ResponseCode Response;

    /// <summary>Of the cardholder's address on the internet, a row of <see cref="CardsCountry.All"/>; -1 for none.</summary>
    internal sbyte IpCountry;

    /// <summary>How it is fraudulent.</summary>
    internal FraudKind Kind;

    /// <summary>Whether the fraud is ever reported, and who does it.</summary>
    internal LabelSource? ReportedBy;

    /// <summary>The day, from 0.</summary>
    internal readonly int Day => (int)(Time / PerDay);
}
