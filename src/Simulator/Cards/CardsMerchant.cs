namespace Vigil.Simulator.Cards;

/// <summary>What a merchant is drawn for.</summary>
enum MerchantGroup
{
    /// <summary>Anything where the card is present.</summary>
    Store,
    /// <summary>Anything on the internet.</summary>
    Online,
    /// <summary>Cash machines.</summary>
    Cash,
    /// <summary>Goods that can be sold again, where the card is present.</summary>
    ResoldStore,
    /// <summary>The same on the internet.</summary>
    ResoldOnline,
    /// <summary>Small amounts on the internet without delivery.</summary>
    Tested,
    /// <summary>Monthly charges on the internet.</summary>
    Subscription,
}

/// <summary>A merchant of a <see cref="CardsWorld"/>.</summary>
/// <param name="Country">A row of <see cref="CardsCountry.All"/>.</param>
/// <param name="Category">A row of <see cref="CardsCategory.All"/>.</param>
/// <param name="Terminals">How many it has; 0 on the internet.</param>
/// <param name="FirstTerminal">The number of the first.</param>
readonly record struct CardsMerchant(byte Country, byte Category, byte Terminals, int FirstTerminal)
{
    internal bool IsOnline => Terminals == 0;

    internal bool Is(MerchantGroup group) => group switch
    {
        MerchantGroup.Store => !IsOnline,
        MerchantGroup.Online => IsOnline,
        MerchantGroup.Cash => Has(CategoryUse.Cash),
        MerchantGroup.ResoldStore => !IsOnline && Has(CategoryUse.Resold),
        MerchantGroup.ResoldOnline => IsOnline && Has(CategoryUse.Resold),
        MerchantGroup.Tested => IsOnline && Has(CategoryUse.Tested),
        _ => IsOnline && Has(CategoryUse.Subscription),
    };

    bool Has(CategoryUse use) => (CardsCategory.All[Category].Use & use) != 0;
}
