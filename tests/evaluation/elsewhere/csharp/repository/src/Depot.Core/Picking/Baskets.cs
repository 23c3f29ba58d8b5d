namespace Depot.Core.Picking;

/// <summary>How many baskets a list needs.</summary>
public static class Baskets
{
    public static int For(int pieces) => (pieces + 19) / 20;
}
